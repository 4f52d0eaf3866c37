import type { BodyTap } from './body-tap.js';

/** Timers as the platform has them; injected in tests. */
export interface Timers {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** How much of a body to wait for, and how long. */
export interface ReadAheadLimits {
  /** A longer body is let through as soon as it is known to be longer; never more than the tap keeps. */
  readonly limitBytes: number;
  readonly timeoutMs: number;
  /** @defaultValue the platform's timers */
  readonly timers?: Timers;
}

const platformTimers: Timers = {
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/**
 * Waits until a tapped body has arrived, so that a decision can be made before the handler runs: until it is complete,
 * longer than the limit, slower than the time limit, or the client has gone. Whatever reads the request afterwards finds
 * every byte and the end still there. Resolves at once when there is no body, or when somebody has begun to read it.
 * Never rejects.
 */
export function readBodyAhead(
  tap: BodyTap,
  { limitBytes, timeoutMs, timers = platformTimers }: ReadAheadLimits,
): Promise<void> {
  if (tap.complete) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = timers.setTimeout(() => tap.release(), timeoutMs);
    const done = (): void => {
      timers.clearTimeout(timer);
      resolve();
    };
    if (!tap.readAhead(limitBytes, done)) done();
  });
}
