/** Where time comes from. Injected everywhere, so that tests move it by hand and never sleep. */
export interface Clock {
  /** Wall time in milliseconds since the epoch. For display and storage only: it may jump. */
  now(): number;
  /** Monotonic time in milliseconds with fractions, from an arbitrary origin. For durations, gaps and expiry. */
  monotonicMs(): number;
}

/** The machine's clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
};
