import type { Level } from './assessment/assessment.js';

/** What happened since the engine was made. Numbers only grow; in `levels` a request can move up. */
export interface Counters {
  /** Requests that the engine saw while it was on. */
  requests: number;
  /** Requests of which at least one model gave a score. A model that silently never runs shows here. */
  scored: number;
  /** Requests that ended without any model's score: failed, skipped, or gone before they could be read. */
  unscored: number;
  /** Requests on routes whose mode is `off`. */
  skipped: number;
  /** Stalled connections that were assessed. */
  connections: number;
  /** Accounts that were alerted because of who tries to log in to them. */
  accounts: number;
  /** Rows that each model has scored. */
  rows: { content: number; flow: number; sequence: number };
  levels: Record<Level, number>;
  /** Assessments that reached the alert level. */
  alerts: number;
  rejected: number;
  /** Requests of banned clients: rejected unread, and not assessed. */
  banned: number;
  /** Requests that were answered 413, for a body longer than what is inspected. */
  tooLong: number;
  /** Requests that should have been rejected when the response had already begun. */
  late: number;
  /** Assessments on which something was cut. */
  truncated: number;
  /** Assessments on which something could not be read as what it claims to be. */
  unparsed: number;
  /** Assessments of requests whose body, or a file in it, is no text and was passed over. */
  binary: number;
  /** Alerts, acknowledgements, bans and changes of the settings that other instances told of. */
  news: number;
  /** How often each part of the inspection was missing. */
  degraded: Record<string, number>;
  /** Rows that the store queue had to drop. */
  dropped: number;
  /** Errors caught inside the library. */
  errors: number;
}

/** All at zero. */
export function createCounters(): Counters {
  return {
    requests: 0,
    scored: 0,
    unscored: 0,
    skipped: 0,
    connections: 0,
    accounts: 0,
    rows: { content: 0, flow: 0, sequence: 0 },
    levels: { low: 0, medium: 0, high: 0, critical: 0 },
    alerts: 0,
    rejected: 0,
    banned: 0,
    tooLong: 0,
    late: 0,
    truncated: 0,
    unparsed: 0,
    binary: 0,
    news: 0,
    degraded: Object.create(null) as Record<string, number>,
    dropped: 0,
    errors: 0,
  };
}
