import type { Clock } from './clock.js';
import { ApiSecurityError } from './errors.js';

/** How long a wait may outlast its deadline, in ms: a run that ends just then is worth more than the milliseconds. */
const GRACE_MS = 10;

/** A moment until which something must be done. */
export class Deadline {
  readonly #clock: Clock;
  readonly #atMs: number;

  /** @param ms - from now */
  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#atMs = clock.monotonicMs() + ms;
  }

  get passed(): boolean {
    return this.#clock.monotonicMs() >= this.#atMs;
  }

  /**
   * Stops waiting for a promise soon after the deadline; what it brings later is dropped.
   * Rejects with `API_SECURITY_TIMEOUT`, or as the promise does.
   */
  within<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const leftMs = Math.max(0, this.#atMs - this.#clock.monotonicMs()) + GRACE_MS;
      const timer = setTimeout(
        () => reject(new ApiSecurityError('API_SECURITY_TIMEOUT', `Gave up after ${leftMs.toFixed(0)} ms.`)),
        leftMs,
      );
      timer.unref();
      promise.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}
