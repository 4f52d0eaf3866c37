import { type Acknowledgement, type Alert, type AlertQuery, type Page, pageLimit } from '@api-security/core';
import { type AlertRow, fromAlertRow } from './alert-row.js';
import { isId } from './assessment-row.js';
import { alertConditions, Conditions } from './conditions.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import type { Connection } from './database.js';
import { loadSchemas } from './load-schemas.js';
import { MAX_TOTAL } from './log-reader.js';
import type { Source } from './source.js';
import { escapeText, tenantText } from './stored-text.js';

/** One page of alerts, newest first. */
export function readAlerts(source: Source, query: AlertQuery): Promise<Page<Alert>> {
  const limit = pageLimit(query.limit);
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
  const { database, schema } = source;
  return database.use(async (connection) => {
    const counted = alertConditions(query);
    const count = await connection.query<{ total: string }>(
      `SELECT count(*) AS total FROM (SELECT 1 FROM ${schema}.alerts WHERE ${counted} LIMIT ${MAX_TOTAL + 1}) matching`,
      counted.values,
    );
    const where = alertConditions(query);
    if (after !== null) where.and('id < ?', after.id);
    const { rows } = await connection.query<AlertRow>(
      `SELECT * FROM ${schema}.alerts WHERE ${where} ORDER BY id DESC LIMIT ${limit + 1}`,
      where.values,
    );
    const items = await decoded(connection, source, rows.slice(0, limit));
    const last = items.at(-1);
    const total = Number(count.rows[0]?.total);
    return {
      items,
      total: Math.min(total, MAX_TOTAL),
      isTotalExact: total <= MAX_TOTAL,
      next: rows.length > limit && last !== undefined ? encodeCursor({ at: 0, id: last.id }) : null,
    };
  });
}

/** Acknowledges an alert unless somebody has already; null where there is none with this id in the tenant. */
export async function acknowledgeAlert(
  source: Source,
  id: string,
  { at, by, note }: Acknowledgement,
  tenant: string | null | undefined,
): Promise<Alert | null> {
  if (!isId(id)) return null;
  const { database, schema } = source;
  return database.use(async (connection) => {
    const where = new Conditions();
    const [atValue, byValue, noteValue] = [at, escapeText(by), escapeText(note)].map((value) => where.value(value));
    where.and('id = ?', id);
    if (tenant !== undefined) where.and('tenant = ?', tenantText(tenant));
    const mine = (name: string, value: string | undefined) =>
      `${name} = CASE WHEN acknowledged_at IS NULL THEN ${value} ELSE ${name} END`;
    const { rows } = await connection.query<AlertRow>(
      `UPDATE ${schema}.alerts SET acknowledged_at = coalesce(acknowledged_at, ${atValue}::float8),
         ${mine('acknowledged_by', byValue)}, ${mine('acknowledged_note', noteValue)}
       WHERE ${where} RETURNING *`,
      where.values,
    );
    return (await decoded(connection, source, rows))[0] ?? null;
  });
}

async function decoded(connection: Connection, source: Source, rows: readonly AlertRow[]): Promise<Alert[]> {
  // The body is a text within a text: its quotes come escaped.
  await loadSchemas(
    connection,
    source,
    rows.map(({ assessment }) => assessment.replaceAll('\\"', '"')),
  );
  return rows.map((row) => fromAlertRow(row, source.schemas));
}
