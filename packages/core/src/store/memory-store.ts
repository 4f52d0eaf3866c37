import type { Acknowledgement, Alert } from '../alert/alert.js';
import { mergeAlerts } from '../alert/merge-alerts.js';
import type { Assessment } from '../assessment/assessment.js';
import { ApiSecurityError } from '../errors.js';
import { decodeCursor, encodeCursor, pageLimit } from './paging.js';
import { alertFilter, auditFilter, isOfTenant, isWithin, logFilter } from './row-filter.js';
import { countScores } from './score-bins.js';
import { SortedRows } from './sorted-rows.js';
import type {
  AlertQuery,
  AuditEntry,
  AuditQuery,
  Batch,
  HourlyStatistics,
  LogQuery,
  Page,
  PageQuery,
  ScoreCount,
  Statistics,
  Store,
  StoredSettings,
} from './store.js';
import { summarise } from './summarise.js';

export interface MemoryStoreOptions {
  /** Assessments kept, all tenants together; the oldest makes room. @defaultValue 10,000 */
  readonly maxAssessments?: number;
  /** Alerts kept; the oldest acknowledged one makes room, then the oldest. @defaultValue 1,000 */
  readonly maxAlerts?: number;
  /** Audit entries kept, all tenants together; the oldest makes room. @defaultValue 10,000 */
  readonly maxAudits?: number;
}

/**
 * The log, the alerts, the audit log and the settings in this process: bounded, gone when it ends. The reference for stores that last.
 *
 * @throws `API_SECURITY_OPTION_INVALID` for a number that is not a positive integer
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  return new MemoryStore(options);
}

/** More hours than this are not given at once: about six weeks. */
const MAX_HOURS = 1_000;
const HOUR_MS = 3_600_000;

class MemoryStore implements Store {
  readonly #maxAssessments: number;
  readonly #maxAlerts: number;
  readonly #maxAudits: number;
  readonly #assessments = new SortedRows<Assessment>();
  readonly #alerts = new SortedRows<Alert>();
  readonly #audits = new SortedRows<AuditEntry>();
  #settings: StoredSettings | null = null;
  #closed = false;

  constructor(options: MemoryStoreOptions) {
    this.#maxAssessments = positive('maxAssessments', options.maxAssessments ?? 10_000);
    this.#maxAlerts = positive('maxAlerts', options.maxAlerts ?? 1_000);
    this.#maxAudits = positive('maxAudits', options.maxAudits ?? 10_000);
  }

  async append(batch: Batch): Promise<void> {
    this.#open();
    for (const assessment of batch.assessments) this.#assessments.put(assessment);
    for (const alert of batch.alerts) {
      const stored = this.#alerts.get(alert.id);
      this.#alerts.put(stored === undefined ? alert : mergeAlerts(stored, alert));
    }
    this.#assessments.trim(this.#maxAssessments);
    this.#alerts.trim(this.#maxAlerts, (alert) => alert.acknowledged !== null);
  }

  async logs(query: LogQuery = {}): Promise<Page<Assessment>> {
    this.#open();
    return pageOf(this.#assessments, logFilter(query), query);
  }

  async *stream(query: LogQuery = {}): AsyncIterable<Assessment> {
    this.#open();
    const matches = logFilter(query);
    const before = query.cursor === undefined ? null : decodeCursor(query.cursor);
    for (const row of [...this.#assessments.newestFirst()]) {
      if (matches(row) && (before === null || row.id < before)) yield row;
    }
  }

  async alerts(query: AlertQuery = {}): Promise<Page<Alert>> {
    this.#open();
    return pageOf(this.#alerts, alertFilter(query), query);
  }

  async acknowledge(id: string, acknowledgement: Acknowledgement, tenant?: string | null): Promise<Alert | null> {
    this.#open();
    const alert = this.#alerts.get(id);
    if (alert === undefined || (tenant !== undefined && alert.assessment.tenant !== tenant)) return null;
    if (alert.acknowledged !== null) return alert;
    const acknowledged = { ...alert, acknowledged: acknowledgement };
    this.#alerts.put(acknowledged);
    return acknowledged;
  }

  async statistics(query: Pick<PageQuery, 'tenant' | 'from' | 'to'> = {}): Promise<Statistics> {
    this.#open();
    const rows = [...this.#assessments.newestFirst()];
    return summarise(rows.filter((row) => isOfTenant(row, query) && isWithin(row.at, row.at, query)));
  }

  async hourly(query: Pick<PageQuery, 'tenant' | 'from' | 'to'> = {}): Promise<readonly HourlyStatistics[]> {
    this.#open();
    const from = query.from === undefined ? -Infinity : hourOf(query.from);
    const to = query.to ?? Infinity;
    const hours = new Map<number, Assessment[]>();
    for (const row of this.#assessments.newestFirst()) {
      const at = hourOf(row.at);
      if (!isOfTenant(row, query) || at < from || at >= to) continue;
      const rows = hours.get(at);
      if (rows === undefined) hours.set(at, [row]);
      else rows.push(row);
    }
    const newest = [...hours].sort(([a], [b]) => a - b).slice(-MAX_HOURS);
    return newest.map(([at, rows]) => ({ at, ...summarise(rows) }));
  }

  async scores(query: Pick<PageQuery, 'tenant' | 'from' | 'to'> = {}): Promise<readonly ScoreCount[]> {
    this.#open();
    const rows = [...this.#assessments.newestFirst()].filter(
      (row) => isOfTenant(row, query) && isWithin(row.at, row.at, query),
    );
    return countScores(rows.map(({ score, decision }) => ({ score, rejected: decision.action === 'deny' })));
  }

  async purge(query: {
    readonly before?: number;
    readonly clientKey?: string;
    readonly tenant?: string | null;
  }): Promise<number> {
    this.#open();
    const { before, clientKey } = query;
    if (before === undefined && clientKey === undefined) {
      throw new ApiSecurityError('API_SECURITY_STORE_INPUT_INVALID', 'purge() needs "before", "clientKey" or both.');
    }
    const matches = (row: Assessment, lastAt: number) =>
      isOfTenant(row, query) &&
      (before === undefined || lastAt < before) &&
      (clientKey === undefined || row.client.key === clientKey);
    const assessments = this.#assessments.remove((row) => matches(row, row.at));
    return assessments + this.#alerts.remove((row) => matches(row.assessment, row.lastAt));
  }

  async audit(entry: AuditEntry): Promise<void> {
    this.#open();
    if (this.#audits.get(entry.id) !== undefined) return;
    this.#audits.put(entry);
    this.#audits.trim(this.#maxAudits);
  }

  async audits(query: AuditQuery = {}): Promise<Page<AuditEntry>> {
    this.#open();
    return pageOf(this.#audits, auditFilter(query), query);
  }

  async settings(): Promise<StoredSettings | null> {
    this.#open();
    return this.#settings;
  }

  async saveSettings(settings: StoredSettings): Promise<boolean> {
    this.#open();
    if (settings.version - 1 !== (this.#settings?.version ?? 0)) return false;
    this.#settings = settings;
    return true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#settings = null;
    this.#audits.trim(0);
    this.#assessments.trim(0);
    this.#alerts.trim(0);
  }

  #open(): void {
    if (this.#closed) throw new ApiSecurityError('API_SECURITY_CLOSED', 'The memory store was used after close().');
  }
}

function pageOf<Row extends { readonly id: string }>(
  rows: SortedRows<Row>,
  matches: (row: Row) => boolean,
  query: Pick<PageQuery, 'limit' | 'cursor'>,
): Page<Row> {
  const limit = pageLimit(query.limit);
  const before = query.cursor === undefined ? null : decodeCursor(query.cursor);
  const items: Row[] = [];
  let total = 0;
  let hasMore = false;
  for (const row of rows.newestFirst()) {
    if (!matches(row)) continue;
    total += 1;
    if (before !== null && row.id >= before) continue;
    if (items.length < limit) items.push(row);
    else hasMore = true;
  }
  const last = items.at(-1);
  return { items, total, isTotalExact: true, next: hasMore && last !== undefined ? encodeCursor(last.id) : null };
}

function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS) * HOUR_MS;
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new ApiSecurityError(
    'API_SECURITY_OPTION_INVALID',
    `${name} of memoryStore() must be a positive integer, got ${value}.`,
  );
}
