import type { Clock } from '../clock.js';
import type { Timers } from '../timers.js';

/** A clock, and its timers, that move only when told to. Monotonic time starts at 0. */
export class FakeClock implements Clock, Timers {
  #now: number;
  #monotonicMs = 0;
  #timers: { readonly dueMs: number; readonly run: () => void }[] = [];

  /** @param now - wall time in ms since the epoch. @defaultValue 2026-01-01T00:00:00Z */
  constructor(now: number = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { dueMs: this.#monotonicMs + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Timers that are waiting. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Moves both times forward and runs the timers that fall due, in order, each at its own time. */
  advance(ms: number): void {
    const untilMs = this.#monotonicMs + ms;
    for (let timer = this.#nextDue(untilMs); timer !== undefined; timer = this.#nextDue(untilMs)) {
      this.#move(Math.max(0, timer.dueMs - this.#monotonicMs));
      this.#timers = this.#timers.filter((other) => other !== timer);
      timer.run();
    }
    this.#move(untilMs - this.#monotonicMs);
  }

  /** Sets the wall clock, as NTP or a suspended machine would, and leaves monotonic time alone. */
  setWall(now: number): void {
    this.#now = now;
  }

  #move(ms: number): void {
    this.#now += ms;
    this.#monotonicMs += ms;
  }

  #nextDue(untilMs: number): { readonly dueMs: number; readonly run: () => void } | undefined {
    const due = this.#timers.filter(({ dueMs }) => dueMs <= untilMs);
    return due.sort((a, b) => a.dueMs - b.dueMs)[0];
  }
}
