export interface BreakerOptions {
  /** Whether a command would be sent at all: when not, it has failed without waiting. */
  readonly isReady: () => boolean;
  /** Asks whether the server is back. Rejects when not. */
  readonly probe: () => Promise<unknown>;
  /** Longest time that a command may take, in ms. @defaultValue 50 */
  readonly timeoutMs?: number;
  /** Failures in a row that open it. @defaultValue 3 */
  readonly failures?: number;
  /** Time until the first probe, in ms; each further one comes later. @defaultValue 100 */
  readonly probeMs?: number;
  /** Told with an error when it opens, and with null when it closes again. */
  readonly onChange: (error: unknown) => void;
  /** Told when something succeeds after one or more failures. */
  readonly onBack: () => void;
}

/** Longest time between two probes, in ms: a server that is back is used again within 5 s. */
const MAX_PROBE_MS = 2_000;

/**
 * Keeps a server that is away from being waited for. A command may take its time limit and no longer; after a few failures in a row
 * commands fail at once, and probes in the background, not commands, find out when the server is back.
 */
export class Breaker {
  readonly #options: Required<BreakerOptions>;
  #failures = 0;
  #probes = 0;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: BreakerOptions) {
    this.#options = { timeoutMs: 50, failures: 3, probeMs: 100, ...options };
  }

  /** Whether commands fail at once. */
  get isOpen(): boolean {
    return this.#timer !== null;
  }

  /** Runs a command. Rejects when it fails, takes too long, or would not be sent. */
  async run<T>(command: () => Promise<T>, timeoutMs: number = this.#options.timeoutMs): Promise<T> {
    if (this.#closed || this.isOpen) throw new Error('Redis is away');
    try {
      if (!this.#options.isReady()) throw new Error('Redis is not connected');
      const result = await within(timeoutMs, command());
      this.#succeeded();
      return result;
    } catch (error) {
      this.#failed(error);
      throw error;
    }
  }

  /** No probe after this. */
  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #succeeded(): void {
    if (this.#failures === 0) return;
    this.#failures = 0;
    this.#options.onBack();
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    if (this.#failures < this.#options.failures || this.isOpen || this.#closed) return;
    this.#probes = 0;
    this.#schedule();
    this.#options.onChange(error);
  }

  #schedule(): void {
    const { probeMs } = this.#options;
    // Half of it is chance, so that instances do not come back all at once.
    const delayMs = Math.min(MAX_PROBE_MS, probeMs * 2 ** this.#probes) * (0.5 + Math.random() / 2);
    this.#probes += 1;
    this.#timer = setTimeout(() => void this.#probe(), delayMs);
    this.#timer.unref();
  }

  async #probe(): Promise<void> {
    try {
      if (!this.#options.isReady()) throw new Error('Redis is not connected');
      await within(this.#options.timeoutMs, this.#options.probe());
      if (this.#closed) return;
      this.#timer = null;
      this.#options.onChange(null);
      this.#succeeded();
    } catch {
      if (!this.#closed) this.#schedule();
    }
  }
}

function within<T>(timeoutMs: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // After a stall of the event loop, answers that have arrived meanwhile are read before the verdict.
    const late = (): void => void setImmediate(() => reject(new Error(`Redis did not answer within ${timeoutMs} ms`)));
    const timer = setTimeout(late, timeoutMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
