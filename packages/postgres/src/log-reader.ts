import { type Assessment, type LogQuery, type Page, pageLimit } from '@api-security/core';
import { type AssessmentRow, fromAssessmentRow } from './assessment-row.js';
import { afterInLog, isSearch, logConditions } from './conditions.js';
import { decodeCursor, encodeCursor, type Position } from './cursor.js';
import type { Connection } from './database.js';
import { loadSchemas } from './load-schemas.js';
import { COLUMNS, FEW_ROWS, frequentRowsAfter, rareRowsAfter } from './log-search.js';
import type { Source } from './source.js';

/** Rows beyond which pages do not count. */
export const MAX_TOTAL: number = FEW_ROWS;
/** Rows that a stream holds at once: reading them takes the host some milliseconds, in which it answers nobody. */
const STREAM_ROWS = 100;

/** One page of the log, newest first. */
export function readLogs(source: Source, query: LogQuery): Promise<Page<Assessment>> {
  const limit = pageLimit(query.limit);
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
  return source.database.use(async (connection) => {
    const { total, rows } = isSearch(query)
      ? await foundAfter(connection, source, query, after, limit + 1)
      : {
          total: await count(connection, source, query),
          rows: await rowsAfter(connection, source, query, after, limit + 1),
        };
    const items = await decoded(connection, source, rows.slice(0, limit));
    const last = items.at(-1);
    return {
      items,
      total: Math.min(total, MAX_TOTAL),
      isTotalExact: total <= MAX_TOTAL,
      next: rows.length > limit && last !== undefined ? encodeCursor(last) : null,
    };
  });
}

/** Every row that matches, newest first, a few hundred at a time; no connection is held while the reader is at work. */
export async function* streamLogs(source: Source, query: LogQuery): AsyncGenerator<Assessment, void, undefined> {
  const { database } = source;
  let after = query.cursor === undefined ? null : decodeCursor(query.cursor);
  while (true) {
    const from = after;
    const items = await database.use(async (connection) => {
      const rows = isSearch(query)
        ? (await foundAfter(connection, source, query, from, STREAM_ROWS)).rows
        : await rowsAfter(connection, source, query, from, STREAM_ROWS);
      return decoded(connection, source, rows);
    });
    yield* items;
    after = items.at(-1) ?? null;
    if (after === null) return;
  }
}

/** No index has the rows with a text in the order of time: how they are found depends on how many there are. */
async function foundAfter(
  connection: Connection,
  source: Source,
  query: LogQuery,
  after: Position | null,
  limit: number,
): Promise<{ total: number; rows: readonly AssessmentRow[] }> {
  const { total, rows } = await rareRowsAfter(connection, source, query, after, limit);
  return { total, rows: rows ?? (await frequentRowsAfter(connection, source, query, after, limit)) };
}

/** How many rows match, counted up to one more than pages count. */
async function count(connection: Connection, { schema }: Source, query: LogQuery): Promise<number> {
  const where = logConditions(query);
  const { rows } = await connection.query<{ total: string }>(
    `SELECT count(*) AS total FROM (SELECT 1 FROM ${schema}.logs WHERE ${where} LIMIT ${MAX_TOTAL + 1}) matching`,
    where.values,
  );
  return Number(rows[0]?.total);
}

async function rowsAfter(
  connection: Connection,
  { schema }: Source,
  query: LogQuery,
  after: Position | null,
  limit: number,
): Promise<readonly AssessmentRow[]> {
  const where = logConditions(query);
  if (after !== null) afterInLog(where, after);
  const { rows } = await connection.query<AssessmentRow>(
    `SELECT ${COLUMNS} FROM ${schema}.logs WHERE ${where} ORDER BY at DESC, id DESC LIMIT ${limit}`,
    where.values,
  );
  return rows;
}

async function decoded(connection: Connection, source: Source, rows: readonly AssessmentRow[]): Promise<Assessment[]> {
  await loadSchemas(
    connection,
    source,
    rows.map(({ body }) => body),
  );
  return rows.map((row) => fromAssessmentRow(row, source.schemas));
}
