/** The `capacity` worst items of any number, worst first; of equals the earlier one stays. */
export class WorstList<T> {
  readonly #capacity: number;
  readonly #badness: (item: T) => number;
  readonly #items: T[] = [];

  constructor(capacity: number, badness: (item: T) => number) {
    this.#capacity = capacity;
    this.#badness = badness;
  }

  get items(): readonly T[] {
    return this.#items;
  }

  add(item: T): void {
    const badness = this.#badness(item);
    let at = this.#items.length;
    while (at > 0 && this.#badness(this.#items[at - 1] as T) < badness) at--;
    if (at >= this.#capacity) return;
    this.#items.splice(at, 0, item);
    if (this.#items.length > this.#capacity) this.#items.pop();
  }
}
