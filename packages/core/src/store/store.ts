import type { Acknowledgement, Alert } from '../alert/alert.js';
import type { Assessment, Level } from '../assessment/assessment.js';

/** One page of rows, newest first. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Rows that match, all pages together; not counted beyond what is cheap: 1,000 in Postgres. */
  readonly total: number;
  /** False where there are more rows than `total` says. */
  readonly isTotalExact: boolean;
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
  /** Part of the path, the user agent, or the decoded excerpt of any evidence, compared without regard to case. */
  readonly text?: string;
  /** As on the wire. */
  readonly method?: string;
  /** Of the response; 0 for those that had none. */
  readonly status?: number;
}

/** `from` and `to` match the alerts that were growing at some time between them: `lastAt >= from` and `firstAt < to`. */
export interface AlertQuery extends PageQuery {
  /** Only the acknowledged ones, or only the others. @defaultValue false */
  readonly acknowledged?: boolean;
}

/** One change that somebody made. */
export interface AuditEntry {
  /** UUIDv7. */
  readonly id: string;
  /** Wall time in ms since the epoch. */
  readonly at: number;
  readonly tenant: string | null;
  /** Who made it. */
  readonly actor: string;
  /** What was done, for example `acknowledge`, `ban`, `exempt` or `thresholds`. */
  readonly action: string;
  /** What it was done to: an alert's id, a client's key, … */
  readonly subject: string;
  /** JSON: what it was before and what it is now. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Which audit entries, and how many: `from`, `to`, `limit` and `cursor` as in a {@link PageQuery}. Absent means any. */
export interface AuditQuery extends Pick<PageQuery, 'tenant' | 'from' | 'to' | 'limit' | 'cursor'> {
  readonly actor?: string;
}

/** Settings that people changed at run time, all instances together. */
export interface StoredSettings {
  /** Counts up from 1. */
  readonly version: number;
  /** Wall time in ms since the epoch. */
  readonly at: number;
  readonly by: string;
  /** JSON. */
  readonly body: unknown;
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

/** Sums over one hour. */
export interface HourlyStatistics extends Statistics {
  /** Beginning of the hour (UTC), wall time in ms since the epoch. */
  readonly at: number;
}

/** How many assessments have a score within one bin, those that were rejected apart from the others. */
export interface ScoreCount {
  /**
   * Lower edge of the bin, a multiple of 0.001 in [0, 1]. A score that equals an edge has reached it, as a score that equals a threshold has
   * reached its level; the bin of 1 holds nothing else.
   */
  readonly score: number;
  readonly rejected: boolean;
  readonly count: number;
}

/** What one flush of the writer brings: finished assessments and alerts, new or grown. */
export interface Batch {
  /** One whose id is already stored replaces it, so that a batch whose answer was lost can be sent again. */
  readonly assessments: readonly Assessment[];
  /**
   * An alert whose id is already stored grows it, in whatever order they come: the higher count, the earlier `firstAt`, the later
   * `lastAt`, the assessment with the higher score (the stored one where they are equal), and the first acknowledgement.
   */
  readonly alerts: readonly Alert[];
}

/**
 * Keeps assessments (the log), alerts, the audit log of what people changed, and the settings that they changed at run time. All but the
 * settings is scoped by tenant; a `tenant` that is absent from a query means all of them.
 *
 * What callers rely on: a batch is stored whole or the promise rejects; what was written is read back exactly; a server
 * that is down makes calls reject, never hang.
 */
export interface Store {
  append(batch: Batch): Promise<void>;
  /** @throws `API_SECURITY_STORE_INPUT_INVALID` for a limit or cursor that is not valid */
  logs(query?: LogQuery): Promise<Page<Assessment>>;
  /**
   * Every row of the log that matches, newest first, without holding more than a few hundred at a time; `limit` is not looked at.
   * Rows that arrive meanwhile may be left out.
   *
   * @throws `API_SECURITY_STORE_INPUT_INVALID` for a cursor that is not valid, when it is first read from
   */
  stream(query?: LogQuery): AsyncIterable<Assessment>;
  /** @throws `API_SECURITY_STORE_INPUT_INVALID` for a limit or cursor that is not valid */
  alerts(query?: AlertQuery): Promise<Page<Alert>>;
  /** Null when there is no such alert in that tenant. Acknowledging twice keeps the first. */
  acknowledge(id: string, acknowledgement: Acknowledgement, tenant?: string | null): Promise<Alert | null>;
  /** Sums over the span, to the millisecond. What was purged may still be in them: they name nobody. */
  statistics(query?: Pick<PageQuery, 'tenant' | 'from' | 'to'>): Promise<Statistics>;
  /**
   * Sums by hour, for those hours in which there was anything: oldest first, and of more than 1,000 the newest. `from` and `to` are rounded outwards to
   * whole hours.
   */
  hourly(query?: Pick<PageQuery, 'tenant' | 'from' | 'to'>): Promise<readonly HourlyStatistics[]>;
  /** How the scores of the log spread over a span, to the millisecond: the bins that hold anything, lowest first, rejected last. */
  scores(query?: Pick<PageQuery, 'tenant' | 'from' | 'to'>): Promise<readonly ScoreCount[]>;
  /**
   * Deletes rows older than `before` (an alert by its `lastAt`), or all rows of a client; with both, the older rows of that
   * client. Returns how many. Audit entries stay: they name the person who acted.
   *
   * @throws `API_SECURITY_STORE_INPUT_INVALID` when it names neither
   */
  purge(query: {
    readonly before?: number;
    readonly clientKey?: string;
    readonly tenant?: string | null;
  }): Promise<number>;
  /** An entry whose id is already stored changes nothing. */
  audit(entry: AuditEntry): Promise<void>;
  /**
   * Newest first.
   *
   * @throws `API_SECURITY_STORE_INPUT_INVALID` for a limit or cursor that is not valid
   */
  audits(query?: AuditQuery): Promise<Page<AuditEntry>>;
  /** Null until some have been saved. */
  settings(): Promise<StoredSettings | null>;
  /**
   * Replaces what is there if that has the version before; nothing counts as version 0. False when somebody else was faster: of those who
   * save the same version at once, one gets true.
   */
  saveSettings(settings: StoredSettings): Promise<boolean>;
  /** Idempotent. Afterwards every other method rejects with `API_SECURITY_CLOSED`. */
  close(): Promise<void>;
}
