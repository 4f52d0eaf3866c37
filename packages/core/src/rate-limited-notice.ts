import type { Clock } from './clock.js';

/**
 * Says when a repeated notice is due: at once for the first of its kind, then at most one per interval.
 * Kinds are the caller's own few constants, never input.
 */
export class Notices {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #kinds = new Map<string, { lastMs: number; suppressed: number }>();

  constructor(clock: Clock, everyMs = 60_000) {
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  /** The number of notices of this kind held back since the last that was due; null when this one is to be held back too. */
  due(kind: string): number | null {
    const nowMs = this.#clock.monotonicMs();
    const last = this.#kinds.get(kind);
    if (last !== undefined && nowMs - last.lastMs < this.#everyMs) {
      last.suppressed += 1;
      return null;
    }
    this.#kinds.set(kind, { lastMs: nowMs, suppressed: 0 });
    return last?.suppressed ?? 0;
  }
}
