/** Wall time in ms since the epoch, both ends included. */
export type Span = readonly [from: number, to: number];

/**
 * Keeps an attacker and the users behind the same address apart in time, so that each step of the address has one truth:
 * while the attacker's requests are under way no other request is, and the times are written down.
 */
export class Turns {
  readonly #spans: Span[] = [];
  readonly #waiting: (() => void)[] = [];
  #benign = 0;
  /** An attack is under way or waits for the users' requests to end. */
  #claimed = false;
  #settled: (() => void) | null = null;

  /** When the attacker alone was sending. */
  get attackSpans(): readonly Span[] {
    return this.#spans;
  }

  /** Sends for a user: waits until no attack is under way. */
  async benign<T>(send: () => Promise<T>): Promise<T> {
    while (this.#claimed) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#benign++;
    try {
      return await send();
    } finally {
      this.#benign--;
      if (this.#benign === 0) this.#settled?.();
    }
  }

  /** Sends for the attacker: waits for the answers to the users, and the users wait until `send` is done. One at a time. */
  async attack(send: () => Promise<void>): Promise<void> {
    while (this.#claimed) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#claimed = true;
    if (this.#benign > 0) {
      await new Promise<void>((resolve) => {
        this.#settled = resolve;
      });
    }
    this.#settled = null;
    await apart();
    const from = Date.now();
    try {
      await send();
    } finally {
      this.#spans.push([from, Date.now()]);
      await apart();
      this.#claimed = false;
      for (const resume of this.#waiting.splice(0)) resume();
    }
  }
}

/** Requests of the two sides are never on one millisecond. */
function apart(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 3));
}
