import { type AuditEntry, type AuditQuery, type Page, pageLimit } from '@api-security/core';
import { type AuditRow, fromAuditRow, toAuditRow } from './audit-row.js';
import { afterInLog, Conditions } from './conditions.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import type { Database } from './database.js';
import { MAX_TOTAL } from './log-reader.js';
import { escapeText, tenantText } from './stored-text.js';

/** Adds an entry; one whose id is stored stays as it is. */
export async function writeAudit(database: Database, schema: string, entry: AuditEntry): Promise<void> {
  const { id, at, tenant, actor, action, subject, body } = toAuditRow(entry);
  await database.use((connection) =>
    connection.query(
      `INSERT INTO ${schema}.audit (id, at, tenant, actor, action, subject, body) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (id) DO NOTHING`,
      [id, at, tenant, actor, action, subject, body],
    ),
  );
}

/** One page of entries, newest first. */
export function readAudits(database: Database, schema: string, query: AuditQuery): Promise<Page<AuditEntry>> {
  const limit = pageLimit(query.limit);
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
  return database.use(async (connection) => {
    const counted = auditConditions(query);
    const count = await connection.query<{ total: string }>(
      `SELECT count(*) AS total FROM (SELECT 1 FROM ${schema}.audit WHERE ${counted} LIMIT ${MAX_TOTAL + 1}) matching`,
      counted.values,
    );
    const where = auditConditions(query);
    if (after !== null) afterInLog(where, after);
    const { rows } = await connection.query<AuditRow>(
      `SELECT * FROM ${schema}.audit WHERE ${where} ORDER BY at DESC, id DESC LIMIT ${limit + 1}`,
      where.values,
    );
    const items = rows.slice(0, limit).map(fromAuditRow);
    const last = items.at(-1);
    const total = Number(count.rows[0]?.total);
    return {
      items,
      total: Math.min(total, MAX_TOTAL),
      isTotalExact: total <= MAX_TOTAL,
      next: rows.length > limit && last !== undefined ? encodeCursor(last) : null,
    };
  });
}

function auditConditions({ tenant, from, to, actor }: AuditQuery): Conditions {
  const where = new Conditions();
  if (tenant !== undefined) where.and('tenant = ?', tenantText(tenant));
  if (from !== undefined) where.and('at >= ?', from);
  if (to !== undefined) where.and('at < ?', to);
  if (actor !== undefined) where.and('actor = ?', escapeText(actor));
  return where;
}
