/** One-shot timers. Injected beside the clock, so that tests fire them by hand. */
export interface Timers {
  /** Calls `run` once, in `ms` milliseconds; the returned function cancels it. Never keeps the process alive. */
  after(ms: number, run: () => void): () => void;
}

/** The event loop's timers, unreferenced. */
export const systemTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};
