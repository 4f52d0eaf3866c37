import type { Clock } from '../clock.js';

/** Failures in a row after which a member is left alone for a while. */
const FAILURES_TO_OPEN = 5;
/** How long it is left alone before one request tries it again, in ms. */
const REST_MS = 10_000;

/** Keeps a failing member from costing every request its time budget: after a few failures in a row it rests, then one probe decides. */
export class Breaker {
  readonly #clock: Clock;
  #failures = 0;
  #restsUntilMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether to try now. While resting, the first caller after the rest becomes the probe and the others keep waiting. */
  allows(): boolean {
    if (this.#failures < FAILURES_TO_OPEN) return true;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < this.#restsUntilMs) return false;
    this.#restsUntilMs = nowMs + REST_MS;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(): void {
    this.#failures += 1;
    if (this.#failures >= FAILURES_TO_OPEN) this.#restsUntilMs = this.#clock.monotonicMs() + REST_MS;
  }
}
