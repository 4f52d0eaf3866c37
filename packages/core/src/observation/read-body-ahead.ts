import { systemTimers, type Timers } from '../timers.js';
import type { BodyTap } from './body-tap.js';

/** How much of a body to wait for, and how long. */
export interface ReadAheadLimits {
  /** A longer body is let through as soon as it is known to be longer; never more than the tap keeps. */
  readonly limitBytes: number;
  readonly timeoutMs: number;
  /** @defaultValue the event loop's */
  readonly timers?: Timers;
}

/**
 * Waits until a tapped body has arrived, so that a decision can be made before the handler runs: until it is complete,
 * longer than the limit, slower than the time limit, or the client has gone. Whatever reads the request afterwards finds
 * every byte and the end still there. Resolves at once when there is no body, or when somebody has begun to read it.
 * Never rejects.
 */
export function readBodyAhead(
  tap: BodyTap,
  { limitBytes, timeoutMs, timers = systemTimers }: ReadAheadLimits,
): Promise<void> {
  if (tap.complete) return Promise.resolve();
  return new Promise((resolve) => {
    const cancel = timers.after(timeoutMs, () => tap.release());
    const done = (): void => {
      cancel();
      resolve();
    };
    if (!tap.readAhead(limitBytes, done)) done();
  });
}
