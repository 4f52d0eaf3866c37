import type { Acknowledgement, Alert } from '../alert/alert.js';
import type { Assessment, Level } from '../assessment/assessment.js';

/** One page of rows, newest first. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Rows that match, all pages together. */
  readonly total: number;
  /** Give it back as `cursor` for the next page; null on the last. Stable while new rows arrive. */
  readonly next: string | null;
}

/** Which rows, and how many. Absent means any. */
export interface PageQuery {
  readonly tenant?: string | null;
  /** Wall time in ms since the epoch, inclusive. */
  readonly from?: number;
  /** Wall time in ms since the epoch, exclusive. */
  readonly to?: number;
  readonly level?: Level;
  readonly address?: string;
  readonly clientKey?: string;
  readonly category?: string;
  /** Rows in the page, 1 to 200. @defaultValue 20 */
  readonly limit?: number;
  readonly cursor?: string;
}

export interface LogQuery extends PageQuery {
  /** Part of the path, compared without regard to case. */
  readonly path?: string;
}

/** `from` and `to` match the alerts that were growing at some time between them: `lastAt >= from` and `firstAt < to`. */
export interface AlertQuery extends PageQuery {
  /** Only the acknowledged ones, or only the others. @defaultValue false */
  readonly acknowledged?: boolean;
}

/** Sums over a span of time. */
export interface Statistics {
  /** Assessments of requests, and of connections that never finished one. */
  readonly requests: number;
  /** Assessments at medium or above. */
  readonly threats: number;
  readonly rejected: number;
  /** Mean ensemble score; 0 when there were no requests. */
  readonly meanScore: number;
  readonly levels: Readonly<Record<Level, number>>;
  /** How often each category was the most probable one of an assessment above low. */
  readonly categories: Readonly<Record<string, number>>;
}

/** What one flush of the writer brings: finished assessments and alerts, new or grown. */
export interface Batch {
  /** One whose id is already stored replaces it, so that a batch whose answer was lost can be sent again. */
  readonly assessments: readonly Assessment[];
  /** An alert whose id is already stored replaces it, but never takes back an acknowledgement. */
  readonly alerts: readonly Alert[];
}

/**
 * Keeps assessments (the log) and alerts. Everything is scoped by tenant; a `tenant` that is absent from a query means all of them.
 *
 * What callers rely on: a batch is stored whole or the promise rejects; what was written is read back exactly; a server
 * that is down makes calls reject, never hang.
 */
export interface Store {
  append(batch: Batch): Promise<void>;
  /** @throws `API_SECURITY_STORE_INPUT_INVALID` for a limit or cursor that is not valid */
  logs(query?: LogQuery): Promise<Page<Assessment>>;
  /** @throws `API_SECURITY_STORE_INPUT_INVALID` for a limit or cursor that is not valid */
  alerts(query?: AlertQuery): Promise<Page<Alert>>;
  /** Null when there is no such alert in that tenant. Acknowledging twice keeps the first. */
  acknowledge(id: string, acknowledgement: Acknowledgement, tenant?: string | null): Promise<Alert | null>;
  statistics(query?: Pick<PageQuery, 'tenant' | 'from' | 'to'>): Promise<Statistics>;
  /**
   * Deletes rows older than `before` (an alert by its `lastAt`), or all rows of a client; with both, the older rows of that
   * client. Returns how many.
   *
   * @throws `API_SECURITY_STORE_INPUT_INVALID` when it names neither
   */
  purge(query: {
    readonly before?: number;
    readonly clientKey?: string;
    readonly tenant?: string | null;
  }): Promise<number>;
  /** Idempotent. Afterwards every other method rejects with `API_SECURITY_CLOSED`. */
  close(): Promise<void>;
}
