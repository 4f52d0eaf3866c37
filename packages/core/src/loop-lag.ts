import type { Clock } from './clock.js';
import type { ModelRole } from './model/manifest.js';
import { systemTimers, type Timers } from './timers.js';

/** How often the event loop is looked at, in ms. */
const LOOK_MS = 100;
/** Looks in a row that must all be late: one pause, as for garbage collection, is no overload. */
const LATE_LOOKS = 4;
/** How many times the limit the content tower holds out: it alone finds what is in a request. */
const CONTENT_PATIENCE = 4;

/** What a lag is measured with. */
export interface LoopLagOptions {
  readonly clock: Clock;
  /** Lag from which members are left out, in ms. */
  readonly limitMs: number;
  /** @defaultValue the event loop's */
  readonly timers?: Timers;
}

/**
 * How far the event loop is behind. Where that lasts, the host is overloaded, and members are left out: first flow tower and
 * BiLSTM, last the content tower.
 */
export class LoopLag {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #timers: Timers;
  #late: readonly number[] = [];
  #lagMs = 0;
  /** Null while nobody looks. */
  #cancel: (() => void) | null = null;

  constructor({ clock, limitMs, timers = systemTimers }: LoopLagOptions) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#timers = timers;
  }

  /** The least of the newest looks' lags, in ms; 0 before there are enough of them. */
  get lagMs(): number {
    return this.#lagMs;
  }

  /** Begins to look, with a timer that keeps no process alive. */
  watch(): void {
    if (this.#cancel === null) this.#look();
  }

  /** Ends the timer, and forgets the lag. */
  rest(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#late = [];
    this.#lagMs = 0;
  }

  /** Whether a member is to be left out now. */
  sheds(part: ModelRole): boolean {
    return this.#lagMs >= this.#limitMs * (part === 'content' ? CONTENT_PATIENCE : 1);
  }

  #look(): void {
    const dueMs = this.#clock.monotonicMs() + LOOK_MS;
    this.#cancel = this.#timers.after(LOOK_MS, () => {
      this.#late = [...this.#late, this.#clock.monotonicMs() - dueMs].slice(-LATE_LOOKS);
      this.#lagMs = this.#late.length < LATE_LOOKS ? 0 : Math.max(0, Math.min(...this.#late));
      this.#look();
    });
  }
}
