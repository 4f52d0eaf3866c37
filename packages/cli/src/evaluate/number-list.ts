/** A growing list of numbers at eight bytes each: a million scores are 8 MB. */
export class NumberList {
  #numbers: Float64Array = new Float64Array(1024);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#numbers.length) {
      const larger = new Float64Array(this.#length * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.#length++] = value;
  }

  /** A view of what was added, in that order; valid until the next `push`. */
  values(): Float64Array {
    return this.#numbers.subarray(0, this.#length);
  }
}
