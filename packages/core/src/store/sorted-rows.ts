/** Rows by id in ascending order. Ids that grow with time, as UUIDv7 do, are added in constant time. */
export class SortedRows<Row extends { readonly id: string }> {
  readonly #rows: Row[] = [];

  get length(): number {
    return this.#rows.length;
  }

  get(id: string): Row | undefined {
    const row = this.#rows[this.#indexOf(id)];
    return row?.id === id ? row : undefined;
  }

  /** Adds a row, or replaces the one with its id. */
  put(row: Row): void {
    const index = this.#indexOf(row.id);
    this.#rows.splice(index, this.#rows[index]?.id === row.id ? 1 : 0, row);
  }

  *newestFirst(): Generator<Row> {
    for (let i = this.#rows.length - 1; i >= 0; i--) yield this.#rows[i] as Row;
  }

  /** Drops the oldest rows beyond `max`; the ones that `expendable` names before all others. */
  trim(max: number, expendable: (row: Row) => boolean = () => true): void {
    let excess = this.#rows.length - max;
    if (excess <= 0) return;
    this.remove((row) => {
      if (excess === 0 || !expendable(row)) return false;
      excess -= 1;
      return true;
    });
    this.#rows.splice(0, excess);
  }

  /** Removes the rows that match, asked for oldest first; returns how many. */
  remove(matches: (row: Row) => boolean): number {
    const before = this.#rows.length;
    let kept = 0;
    for (const row of this.#rows) if (!matches(row)) this.#rows[kept++] = row;
    this.#rows.length = kept;
    return before - kept;
  }

  /** Where the row with this id is, or would be. */
  #indexOf(id: string): number {
    const newest = this.#rows.at(-1);
    if (newest === undefined || newest.id < id) return this.#rows.length;
    let low = 0;
    let high = this.#rows.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#rows[middle] as Row).id < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
