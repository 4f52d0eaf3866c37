/** Something that happens once. Costs next to nothing where nobody waits for it, and calls back without a turn of the microtask queue. */
export class Moment {
  #happened = false;
  #listeners: (() => void)[] | null = null;

  get happened(): boolean {
    return this.#happened;
  }

  /** It happens now; a second time does nothing. */
  happen(): void {
    if (this.#happened) return;
    this.#happened = true;
    const listeners = this.#listeners;
    this.#listeners = null;
    if (listeners !== null) for (const listener of listeners) listener();
  }

  /** Calls when it happens; at once if it has. Listeners must not throw. */
  on(listener: () => void): void {
    if (this.#happened) listener();
    else if (this.#listeners === null) this.#listeners = [listener];
    else this.#listeners.push(listener);
  }

  /** Resolves when it has happened. */
  get passed(): Promise<void> {
    return new Promise((resolve) => this.on(resolve));
  }
}
