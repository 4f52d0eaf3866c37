/** Floats of one slab. */
const SLAB_LENGTH = 2_048;

/** Hands out arrays of zeros that nobody else writes to, many of them from one allocation, which costs as much as a small layer. */
export class FloatSlab {
  #slab = new Float32Array(0);
  #used = 0;

  take(length: number): Float32Array {
    if (length > SLAB_LENGTH / 4) return new Float32Array(length);
    const end = this.#used + length;
    // Its length is also 0 where an array of it was transferred to another thread.
    if (end > this.#slab.length) {
      this.#slab = new Float32Array(SLAB_LENGTH);
      this.#used = 0;
      return this.take(length);
    }
    const taken = this.#slab.subarray(this.#used, end);
    this.#used = end;
    return taken;
  }
}
