import type { Alert } from '../alert/alert.js';
import { mergeAlerts } from '../alert/merge-alerts.js';
import type { Assessment } from '../assessment/assessment.js';
import type { ErrorCode } from '../errors.js';
import { systemTimers, type Timers } from '../timers.js';
import { Fifo } from './fifo.js';
import type { Batch, Store } from './store.js';

/** What a writer drops when it must. */
export type DroppedKind = 'assessment' | 'alert';

export interface StoreWriterOptions {
  readonly store: Pick<Store, 'append'>;
  /** Rows waiting at most, besides the one batch that is being written. @defaultValue 10,000 */
  readonly maxQueued?: number;
  /** Rows written at once, at most. @defaultValue 500 */
  readonly batch?: number;
  /** How long a row waits for others, in ms. @defaultValue 200 */
  readonly flushMs?: number;
  /** Told of every row that is lost. */
  readonly onDropped: (kind: DroppedKind, count: number) => void;
  /** Told of every failed write. */
  readonly onError: (error: unknown) => void;
  readonly timers?: Timers;
}

/** Longest wait between two tries, in ms: a store that is back is written to within 5 s. */
const MAX_BACKOFF_MS = 4_000;

/**
 * A bounded queue in front of a store. Rows are added at once and written later, in batches, one at a time. A store that
 * refuses is tried again, more and more rarely; meanwhile rows queue up, and beyond the limit the oldest assessments are
 * dropped, alerts last. Nothing here throws or rejects.
 */
export class StoreWriter {
  readonly #options: Required<StoreWriterOptions>;
  readonly #assessments = new Fifo<Assessment>();
  /** By id: an alert that grows while it waits takes its own place. */
  #alerts = new Map<string, Alert>();
  #inFlight = 0;
  /** Rows in the next batch: fewer than the option allows while one row that the store will not have is being searched for. */
  #rows: number;
  #failures = 0;
  #cancelTimer: (() => void) | null = null;
  #draining: Promise<void> | null = null;
  #closing: Promise<void> | null = null;
  #closed = false;

  constructor(options: StoreWriterOptions) {
    this.#options = { maxQueued: 10_000, batch: 500, flushMs: 200, timers: systemTimers, ...options };
    this.#rows = this.#options.batch;
  }

  /** Rows that are not stored yet, the batch that is being written among them. */
  get queued(): number {
    return this.#waiting + this.#inFlight;
  }

  add(assessment: Assessment): void {
    if (this.#closing !== null) {
      this.#dropped('assessment', 1);
      return;
    }
    this.#assessments.push(assessment);
    this.#trim();
    this.#schedule();
  }

  /** Adds an alert, or grows the one with its id. */
  addAlert(alert: Alert): void {
    if (this.#closing !== null) {
      this.#dropped('alert', 1);
      return;
    }
    const waiting = this.#alerts.get(alert.id);
    this.#alerts.set(alert.id, waiting === undefined ? alert : mergeAlerts(waiting, alert));
    this.#trim();
    this.#schedule();
  }

  /** Writes what waits, without waiting for more. Resolves when all is written or the store has refused. */
  flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#draining === null && this.#waiting > 0) this.#draining = this.#drain();
    return this.#draining ?? Promise.resolve();
  }

  /** Flushes for at most `timeoutMs`, then drops the rest. Rows that come later are dropped too. Idempotent. */
  close(timeoutMs = 1_000): Promise<void> {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  get #waiting(): number {
    return this.#assessments.length + this.#alerts.size;
  }

  #schedule(): void {
    if (this.#draining !== null || this.#cancelTimer !== null || this.#closing !== null || this.#waiting === 0) return;
    this.#cancelTimer = this.#options.timers.after(this.#delayMs(), () => void this.flush());
  }

  /** Doubles with every failure; half of it is chance, so that instances do not come back all at once. */
  #delayMs(): number {
    const { flushMs } = this.#options;
    if (this.#failures === 0) return flushMs;
    return Math.min(flushMs * 2 ** this.#failures, MAX_BACKOFF_MS) * (0.5 + Math.random() / 2);
  }

  async #drain(): Promise<void> {
    let goOn = true;
    while (goOn && this.#waiting > 0 && !this.#closed) goOn = await this.#write(this.#take());
    this.#draining = null;
    this.#schedule();
  }

  /** @returns whether it makes sense to go on with the next batch at once */
  async #write(batch: Batch): Promise<boolean> {
    const rows = batch.alerts.length + batch.assessments.length;
    this.#inFlight = rows;
    try {
      await this.#options.store.append(batch);
      this.#failures = 0;
      this.#rows = Math.min(this.#options.batch, this.#rows * 2);
      return true;
    } catch (error) {
      if (this.#closed) {
        this.#lose(batch);
        return false;
      }
      const isUnfit = isInputInvalid(error);
      if (isUnfit && rows > 1) {
        // One row spoils the batch and would hold up all others for ever: halve until it stands alone.
        this.#rows = Math.ceil(rows / 2);
        this.#putBack(batch);
        return true;
      }
      this.#tell(() => this.#options.onError(error));
      if (isUnfit) {
        this.#lose(batch);
        return true;
      }
      this.#failures += 1;
      this.#putBack(batch);
      return false;
    } finally {
      this.#inFlight = 0;
    }
  }

  /** Alerts first: they matter most. */
  #take(): Batch {
    const alerts = [...this.#alerts.values()].slice(0, this.#rows);
    for (const { id } of alerts) this.#alerts.delete(id);
    return { alerts, assessments: this.#assessments.take(this.#rows - alerts.length) };
  }

  #putBack(batch: Batch): void {
    this.#assessments.putBack(batch.assessments);
    // An alert that has grown meanwhile stays the grown one.
    this.#alerts = new Map([...batch.alerts.map((alert) => [alert.id, alert] as const), ...this.#alerts]);
    this.#trim();
  }

  #trim(): void {
    const excess = this.#waiting - this.#options.maxQueued;
    if (excess <= 0) return;
    const assessments = this.#assessments.take(excess).length;
    let alerts = 0;
    for (const id of this.#alerts.keys()) {
      if (assessments + alerts === excess) break;
      this.#alerts.delete(id);
      alerts += 1;
    }
    this.#dropped('assessment', assessments);
    this.#dropped('alert', alerts);
  }

  async #close(timeoutMs: number): Promise<void> {
    let cancel = () => {};
    const timeout = new Promise<void>((resolve) => {
      cancel = this.#options.timers.after(timeoutMs, resolve);
    });
    await Promise.race([this.flush(), timeout]);
    cancel();
    this.#closed = true;
    this.#lose({ alerts: [...this.#alerts.values()], assessments: this.#assessments.take(this.#assessments.length) });
    this.#alerts.clear();
  }

  #lose({ assessments, alerts }: Batch): void {
    this.#dropped('assessment', assessments.length);
    this.#dropped('alert', alerts.length);
  }

  #dropped(kind: DroppedKind, count: number): void {
    if (count > 0) this.#tell(() => this.#options.onDropped(kind, count));
  }

  /** The callbacks reach the host's code, which may throw. */
  #tell(callback: () => void): void {
    try {
      callback();
    } catch {
      // It was told; what it makes of it is its own.
    }
  }
}

/** By code and not by class: a store may come with a copy of this library of its own. */
function isInputInvalid(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && error.code === ('API_SECURITY_STORE_INPUT_INVALID' satisfies ErrorCode)
  );
}
