import type { Kernels } from './kernels.js';

const PAGE_BYTES = 65_536;
/** A cache line, so that no row of weights lies across more of them than it must. */
const ALIGNMENT = 64;
/** Outputs that the kernels compute at once. */
const BLOCK = 32;

/** One dimension of weights: its size, and how many numbers lie from one to the next. */
export interface Axis {
  readonly count: number;
  readonly stride: number;
}

/** Hands out the memory of kernels from behind their own constants on, and grows it as needed. */
export class Arena {
  readonly #kernels: Kernels;
  #top: number;
  /** As far as anything was handed out. */
  #highest: number;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
    this.#top = Math.ceil(kernels.heap() / ALIGNMENT) * ALIGNMENT;
    this.#highest = this.#top;
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
    const { memory } = this.#kernels;
    const missing = this.#top - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    // New memory is zero, and takes none of the machine's as long as nobody writes to it.
    if (at < this.#highest) new Uint8Array(memory.buffer, at, Math.min(this.#highest, this.#top) - at).fill(0);
    this.#highest = Math.max(this.#highest, this.#top);
    return at;
  }

  /** A copy of the numbers. @returns its address */
  place(numbers: Float32Array): number {
    const at = this.reserve(numbers.byteLength);
    this.floats(at, numbers.length).set(numbers);
    return at;
  }

  /**
   * A matrix as the kernels read it, in blocks of 32 outputs: `[blocks, inputs, 32]`, filled up with zeros. Two of them, one after the
   * other, have nothing between them.
   *
   * @param inputs - one dimension or two, the slower first; a bias has none
   * @returns its address
   */
  placeBlocks(weights: Float32Array, outputs: Axis, outer: Axis = ONE, inner: Axis = ONE): number {
    const out = this.reserve(4 * Math.ceil(outputs.count / BLOCK) * outer.count * inner.count * BLOCK);
    const end = this.top;
    const from = this.place(weights);
    this.#kernels.blocks(
      out,
      from,
      outputs.count,
      outputs.stride,
      outer.count,
      outer.stride,
      inner.count,
      inner.stride,
    );
    this.release(end);
    return out;
  }

  /** A record of addresses. @returns its own */
  record(addresses: readonly number[]): number {
    const at = this.reserve(4 * addresses.length);
    this.integers(at, addresses.length).set(addresses);
    return at;
  }

  /** A view, good until the next `reserve`. */
  floats(at: number, length: number): Float32Array {
    return new Float32Array(this.#kernels.memory.buffer, at, length);
  }

  /** A view, good until the next `reserve`. */
  integers(at: number, length: number): Int32Array {
    return new Int32Array(this.#kernels.memory.buffer, at, length);
  }
}

const ONE: Axis = { count: 1, stride: 0 };
