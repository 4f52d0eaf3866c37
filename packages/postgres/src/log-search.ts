import type { LogQuery } from '@api-security/core';
import type { AssessmentRow } from './assessment-row.js';
import { addSearch, afterInLog, type Conditions, logConditions } from './conditions.js';
import type { Position } from './cursor.js';
import type { Connection } from './database.js';
import { DAY_MS } from './partitions.js';
import type { Source } from './source.js';

export const COLUMNS =
  'at, id, tenant, client_key, address, method, status, level, category, rejected, score, path, body';

/** Rows that are looked through at once in the order of time: 10 to 20 ms of work. */
const WINDOW_ROWS = 20_000;
/** Rows with a text that are sorted; where there are more, looking through rows in the order of time soon finds some. */
export const FEW_ROWS = 1_000;
/** The ids that sort before and after all others. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const NEWEST_FIRST = 'ORDER BY at DESC, id DESC';

/**
 * Rows with a text, found by the index and sorted, and how many there are in all. Null instead of rows where there are more than a few: the
 * index has no order.
 */
export async function rareRowsAfter(
  connection: Connection,
  { schema }: Source,
  query: LogQuery,
  after: Position | null,
  limit: number,
): Promise<{ total: number; rows: readonly AssessmentRow[] | null }> {
  const where = addSearch(logConditions(query), query);
  const page = where.beside();
  if (after !== null) afterInLog(page, after);
  const { rows } = await connection.query<AssessmentRow & { total: string; at: number | null }>(
    `WITH found AS MATERIALIZED (SELECT at, id FROM ${schema}.logs WHERE ${where} LIMIT ${FEW_ROWS + 1}),
       counted AS MATERIALIZED (SELECT count(*) AS total FROM found),
       page AS MATERIALIZED (
         SELECT at, id FROM found, counted WHERE total <= ${FEW_ROWS} AND ${page} ${NEWEST_FIRST} LIMIT ${limit}
       )
     SELECT total, ${COLUMNS.split(', ').map((column) => `logs.${column}`)} FROM counted
       LEFT JOIN (page JOIN ${schema}.logs ON logs.at = page.at AND logs.id = page.id) ON true
       ORDER BY page.at DESC, page.id DESC`,
    where.values,
  );
  const total = Number(rows[0]?.total);
  return { total, rows: total > FEW_ROWS ? null : rows.filter(({ at }) => at !== null) };
}

/**
 * Rows with a text that very many have. Sorting all of them takes seconds, and looking for the newest ones in the order of time takes as
 * long when it was frequent only once: the newest rows are looked through, and then one day after the other by its index.
 */
export async function frequentRowsAfter(
  connection: Connection,
  source: Source,
  query: LogQuery,
  after: Position | null,
  limit: number,
): Promise<readonly AssessmentRow[]> {
  const found = [...(await rowsInWindow(connection, source, query, after, limit))];
  let position = found.length < limit ? await endOfWindow(connection, source, query, after) : null;
  while (found.length < limit && position !== null) {
    const from = Math.max(dayOf(position.at), query.from ?? Number.NEGATIVE_INFINITY);
    const day = { ...query, from, to: Math.min(from + DAY_MS, query.to ?? Number.POSITIVE_INFINITY) };
    found.push(...(await rowsOfDay(connection, source, day, position, limit - found.length)));
    const next = await newestAfter(connection, source, query, { at: from, id: FIRST_ID });
    position = next && { at: next.at, id: LAST_ID };
  }
  return found;
}

/** @param query - from the beginning of the day that the position is in */
async function rowsOfDay(
  connection: Connection,
  source: Source,
  query: LogQuery,
  position: Position,
  limit: number,
): Promise<readonly AssessmentRow[]> {
  const few = await rareRowsAfter(connection, source, query, position, limit);
  if (few.rows !== null) return few.rows;
  const found: AssessmentRow[] = [];
  let after: Position | null = position;
  while (found.length < limit && after !== null) {
    found.push(...(await rowsInWindow(connection, source, query, after, limit - found.length)));
    after = await endOfWindow(connection, source, query, after);
  }
  return found;
}

/** Those of the next rows in the order of time that have the text. */
async function rowsInWindow(
  connection: Connection,
  { schema }: Source,
  query: LogQuery,
  after: Position | null,
  limit: number,
): Promise<readonly AssessmentRow[]> {
  const where = conditions(query, after);
  const { rows } = await connection.query<AssessmentRow>(
    `SELECT ${COLUMNS} FROM (
       SELECT ${COLUMNS}, search FROM ${schema}.logs WHERE ${where} ${NEWEST_FIRST} LIMIT ${WINDOW_ROWS}
     ) newest WHERE ${addSearch(where.beside(), query)} ${NEWEST_FIRST} LIMIT ${limit}`,
    where.values,
  );
  return rows;
}

/** The last of those rows; null when there are none behind it. */
function endOfWindow(
  connection: Connection,
  source: Source,
  query: LogQuery,
  after: Position | null,
): Promise<Position | null> {
  return newestAfter(connection, source, query, after, WINDOW_ROWS - 1);
}

async function newestAfter(
  connection: Connection,
  { schema }: Source,
  query: LogQuery,
  after: Position | null,
  offset = 0,
): Promise<Position | null> {
  const where = conditions(query, after);
  const { rows } = await connection.query<{ at: number; id: string }>(
    `SELECT at, id FROM ${schema}.logs WHERE ${where} ${NEWEST_FIRST} OFFSET ${offset} LIMIT 1`,
    where.values,
  );
  return rows[0] ?? null;
}

/** What is asked for, apart from the texts. */
function conditions(query: LogQuery, after: Position | null): Conditions {
  const where = logConditions(query);
  if (after !== null) afterInLog(where, after);
  return where;
}

/** The beginning of a day (UTC). */
function dayOf(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}
