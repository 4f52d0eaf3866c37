import type { Clock } from './clock.js';

/**
 * The injected clock as the `perf` option of an lru-cache. Give `ttlResolution: 0` with it: then the cache asks for the time
 * instead of keeping it with a timer of its own.
 */
export function lruPerf(clock: Clock): { now(): number } {
  // An entry that was set at 0 never expires in lru-cache, and a monotonic clock may start there.
  return { now: () => clock.monotonicMs() + 1 };
}
