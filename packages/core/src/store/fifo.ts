/** Rows skipped at the front before the array is packed: packing then costs less than one move per row on average. */
const PACK_AFTER = 1024;

/** First in, first out, in constant time per row. */
export class Fifo<T> {
  #rows: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#rows.length - this.#head;
  }

  push(row: T): void {
    this.#rows.push(row);
  }

  /** Removes and returns the oldest rows, at most `count`. */
  take(count: number): T[] {
    const end = this.#head + Math.min(count, this.length);
    const taken = this.#rows.slice(this.#head, end) as T[];
    this.#rows.fill(undefined, this.#head, end);
    this.#head = end;
    if (this.#head >= PACK_AFTER && this.#head * 2 >= this.#rows.length) this.#pack();
    return taken;
  }

  /** Puts rows back in front of all others. */
  putBack(rows: readonly T[]): void {
    this.#pack();
    this.#rows = [...rows, ...this.#rows];
  }

  #pack(): void {
    this.#rows = this.#rows.slice(this.#head);
    this.#head = 0;
  }
}
