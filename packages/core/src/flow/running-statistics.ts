/**
 * Count, sum, mean, variance, minimum and maximum of a stream of numbers in constant space.
 *
 * Variance by Welford's update in the pooled form of Chan, Golub and LeVeque (1983), which adds any number of equal
 * values at the price of one.
 */
export class RunningStatistics {
  count = 0;
  sum = 0;
  #squares = 0;
  #min = 0;
  #max = 0;

  /** Adds `value` as if it had come `times` times. */
  add(value: number, times = 1): void {
    if (times <= 0) return;
    if (this.count === 0) {
      this.#min = value;
      this.#max = value;
    } else {
      const delta = value - this.mean;
      this.#squares += delta * delta * ((this.count * times) / (this.count + times));
      if (value < this.#min) this.#min = value;
      else if (value > this.#max) this.#max = value;
    }
    this.count += times;
    this.sum += value * times;
  }

  /** 0 when empty. */
  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  /** Sample variance (n − 1); 0 below two values. */
  get variance(): number {
    return this.count < 2 ? 0 : this.#squares / (this.count - 1);
  }

  /** Sample standard deviation (n − 1); 0 below two values. */
  get deviation(): number {
    return Math.sqrt(this.variance);
  }

  /** 0 when empty. */
  get min(): number {
    return this.#min;
  }

  /** 0 when empty. */
  get max(): number {
    return this.#max;
  }

  /** An independent copy. */
  copy(): RunningStatistics {
    const copy = new RunningStatistics();
    copy.count = this.count;
    copy.sum = this.sum;
    copy.#squares = this.#squares;
    copy.#min = this.#min;
    copy.#max = this.#max;
    return copy;
  }

  /** Empties it. */
  reset(): void {
    this.count = 0;
    this.sum = 0;
    this.#squares = 0;
    this.#min = 0;
    this.#max = 0;
  }
}
