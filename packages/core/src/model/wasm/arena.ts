import type { WebAssemblyMemory } from './web-assembly.js';

const PAGE_BYTES = 65_536;
/** A cache line, so that no row of weights lies across more of them than it must. */
const ALIGNMENT = 64;

/** Hands out a WebAssembly memory from its start on, and grows it as needed. */
export class Arena {
  readonly #memory: WebAssemblyMemory;
  /** Address 0 stays free: a record that was not filled in then reads zeros. */
  #top = ALIGNMENT;

  constructor(memory: WebAssemblyMemory) {
    this.#memory = memory;
  }

  /** End of what was handed out; to go back to with {@link release}. */
  get top(): number {
    return this.#top;
  }

  /** Takes back what was handed out since. */
  release(top: number): void {
    this.#top = top;
  }

  /** Room for so many bytes, zeroed. @returns its address */
  reserve(bytes: number): number {
    const at = this.#top;
    this.#top = Math.ceil((at + bytes) / ALIGNMENT) * ALIGNMENT;
    const missing = this.#top - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    new Uint8Array(this.#memory.buffer, at, bytes).fill(0);
    return at;
  }

  /** A copy of the numbers. @returns its address */
  place(numbers: Float32Array): number {
    const at = this.reserve(numbers.byteLength);
    this.floats(at, numbers.length).set(numbers);
    return at;
  }

  /** A record of addresses. @returns its own */
  record(addresses: readonly number[]): number {
    const at = this.reserve(4 * addresses.length);
    this.integers(at, addresses.length).set(addresses);
    return at;
  }

  /** A view, good until the next `reserve`. */
  floats(at: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, at, length);
  }

  /** A view, good until the next `reserve`. */
  integers(at: number, length: number): Int32Array {
    return new Int32Array(this.#memory.buffer, at, length);
  }
}
