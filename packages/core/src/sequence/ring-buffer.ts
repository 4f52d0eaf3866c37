import { STEP_WIDTH, type Step } from './step.js';

/** The newest steps of one client: fixed capacity, oldest dropped, all memory taken at construction (272 bytes a step). */
export class RingBuffer {
  readonly capacity: number;
  readonly #values: Float32Array;
  readonly #at: Float64Array;
  /** Route and ids of each step, in turn. */
  readonly #hashes: Uint32Array;
  #next = 0;
  #length = 0;

  /** @param capacity - steps kept; a positive integer */
  constructor(capacity: number) {
    this.capacity = capacity;
    // One allocation instead of three: most of a small typed array's cost is its bookkeeping.
    const atBytes = capacity * Float64Array.BYTES_PER_ELEMENT;
    const valueBytes = capacity * STEP_WIDTH * Float32Array.BYTES_PER_ELEMENT;
    const memory = new ArrayBuffer(atBytes + valueBytes + capacity * 2 * Uint32Array.BYTES_PER_ELEMENT);
    this.#at = new Float64Array(memory, 0, capacity);
    this.#values = new Float32Array(memory, atBytes, capacity * STEP_WIDTH);
    this.#hashes = new Uint32Array(memory, atBytes + valueBytes, capacity * 2);
  }

  /** Steps held, at most the capacity. */
  get length(): number {
    return this.#length;
  }

  push(step: Step): void {
    const row = this.#next;
    this.#values.set(step.values, row * STEP_WIDTH);
    this.#at[row] = step.at;
    this.#hashes[row * 2] = step.route;
    this.#hashes[row * 2 + 1] = step.ids;
    this.#next = (row + 1) % this.capacity;
    this.#length = Math.min(this.#length + 1, this.capacity);
  }

  /** A copy of the steps, oldest first. */
  snapshot(): Step[] {
    // Until the buffer is full its rows are the first ones.
    const values = this.#values.slice(0, this.#length * STEP_WIDTH);
    const oldest = this.#next - this.#length + this.capacity;
    return Array.from({ length: this.#length }, (_, i) => {
      const row = (oldest + i) % this.capacity;
      return {
        at: this.#at[row] as number,
        values: values.subarray(row * STEP_WIDTH, (row + 1) * STEP_WIDTH),
        route: this.#hashes[row * 2] as number,
        ids: this.#hashes[row * 2 + 1] as number,
      };
    });
  }

  /** Forgets every step and keeps the memory. */
  clear(): void {
    this.#next = 0;
    this.#length = 0;
  }
}
