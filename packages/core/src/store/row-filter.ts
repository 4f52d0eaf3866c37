import type { Alert } from '../alert/alert.js';
import type { Assessment } from '../assessment/assessment.js';
import type { AlertQuery, AuditEntry, AuditQuery, LogQuery, PageQuery } from './store.js';

/** Whether a row of the log is one that a query asks for. Paging apart. */
export function logFilter(query: LogQuery): (row: Assessment) => boolean {
  const path = query.path?.toLowerCase();
  const text = query.text?.toLowerCase();
  return (row) =>
    isAbout(row, query) &&
    isWithin(row.at, row.at, query) &&
    (query.method === undefined || row.request.method === query.method) &&
    (query.status === undefined || (row.response?.status ?? 0) === query.status) &&
    (path === undefined || row.request.path.toLowerCase().includes(path)) &&
    (text === undefined || searchedTexts(row).some((searched) => searched.toLowerCase().includes(text)));
}

/** What `LogQuery.text` looks through. */
function searchedTexts({ request, evidence }: Assessment): readonly string[] {
  return [request.path, request.userAgent, ...evidence.map(({ decoded }) => decoded)];
}

/** Whether an alert is one that a query asks for. Paging apart. */
export function alertFilter(query: AlertQuery): (row: Alert) => boolean {
  const acknowledged = query.acknowledged ?? false;
  return (row) =>
    (row.acknowledged !== null) === acknowledged &&
    isAbout(row.assessment, query) &&
    isWithin(row.firstAt, row.lastAt, query);
}

/** Whether an audit entry is one that a query asks for. Paging apart. */
export function auditFilter(query: AuditQuery): (entry: AuditEntry) => boolean {
  return (entry) =>
    isOfTenant(entry, query) &&
    isWithin(entry.at, entry.at, query) &&
    (query.actor === undefined || entry.actor === query.actor);
}

/** Whether a span of time touches the one asked for. */
export function isWithin(firstAt: number, lastAt: number, { from, to }: Pick<PageQuery, 'from' | 'to'>): boolean {
  return (from === undefined || lastAt >= from) && (to === undefined || firstAt < to);
}

/** Whether a row is the tenant's. */
export function isOfTenant({ tenant }: Pick<Assessment, 'tenant'>, query: Pick<PageQuery, 'tenant'>): boolean {
  return query.tenant === undefined || tenant === query.tenant;
}

function isAbout(row: Assessment, query: PageQuery): boolean {
  return (
    isOfTenant(row, query) &&
    (query.level === undefined || row.level === query.level) &&
    (query.address === undefined || row.client.address === query.address) &&
    (query.clientKey === undefined || row.client.key === query.clientKey) &&
    (query.category === undefined || row.category === query.category)
  );
}
