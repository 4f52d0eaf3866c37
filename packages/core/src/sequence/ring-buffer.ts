import { STEP_WIDTH, type Step } from './step.js';

/** Rows that memory is taken for at first: most clients of a storm of newcomers never come to a fifth request. */
const FIRST_ROWS = 4;

/** Memory of some rows, in one allocation instead of three: most of a small typed array's cost is its bookkeeping. */
interface Rows {
  readonly count: number;
  readonly at: Float64Array;
  readonly values: Float32Array;
  /** Route and ids of each row, in turn. */
  readonly hashes: Uint32Array;
}

/** The newest steps of one client: fixed capacity, oldest dropped. Takes 272 bytes a step, for four steps at first, then for all. */
export class RingBuffer {
  readonly capacity: number;
  #rows: Rows;
  #next = 0;
  #length = 0;

  /** @param capacity - steps kept; a positive integer */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#rows = allocate(Math.min(FIRST_ROWS, capacity));
  }

  /** Steps held, at most the capacity. */
  get length(): number {
    return this.#length;
  }

  push(step: Step): void {
    const row = this.#next;
    // The next row lies outside only before the buffer was ever full.
    if (row === this.#rows.count) this.#grow();
    const { at, values, hashes } = this.#rows;
    values.set(step.values, row * STEP_WIDTH);
    at[row] = step.at;
    hashes[row * 2] = step.route;
    hashes[row * 2 + 1] = step.ids;
    this.#next = (row + 1) % this.capacity;
    this.#length = Math.min(this.#length + 1, this.capacity);
  }

  /** A copy of the steps, oldest first. */
  snapshot(): Step[] {
    const { at, values, hashes } = this.#rows;
    // Until the buffer is full its steps lie in the first rows.
    const copy = values.slice(0, this.#length * STEP_WIDTH);
    const oldest = this.#next - this.#length + this.capacity;
    const steps: Step[] = [];
    for (let i = 0; i < this.#length; i++) {
      const row = (oldest + i) % this.capacity;
      steps.push({
        at: at[row] as number,
        values: copy.subarray(row * STEP_WIDTH, (row + 1) * STEP_WIDTH),
        route: hashes[row * 2] as number,
        ids: hashes[row * 2 + 1] as number,
      });
    }
    return steps;
  }

  /** Forgets every step and keeps the memory. */
  clear(): void {
    this.#next = 0;
    this.#length = 0;
  }

  #grow(): void {
    const grown = allocate(this.capacity);
    grown.at.set(this.#rows.at);
    grown.values.set(this.#rows.values);
    grown.hashes.set(this.#rows.hashes);
    this.#rows = grown;
  }
}

function allocate(count: number): Rows {
  const atBytes = count * Float64Array.BYTES_PER_ELEMENT;
  const valueBytes = count * STEP_WIDTH * Float32Array.BYTES_PER_ELEMENT;
  const memory = new ArrayBuffer(atBytes + valueBytes + count * 2 * Uint32Array.BYTES_PER_ELEMENT);
  return {
    count,
    at: new Float64Array(memory, 0, count),
    values: new Float32Array(memory, atBytes, count * STEP_WIDTH),
    hashes: new Uint32Array(memory, atBytes + valueBytes, count * 2),
  };
}
