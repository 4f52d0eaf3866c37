import { type Assessment, type LogQuery, type Page, pageLimit } from '@api-security/core';
import { type AssessmentRow, fromAssessmentRow } from './assessment-row.js';
import { addSearch, afterInLog, isSearch, logConditions } from './conditions.js';
import { decodeCursor, encodeCursor, type Position } from './cursor.js';
import type { Connection, Database } from './database.js';
import type { FeatureSchemas } from './feature-schemas.js';
import { loadSchemas } from './load-schemas.js';

/** Rows beyond which pages do not count. */
export const MAX_TOTAL = 1_000;
/** Rows that a stream holds at once. */
const STREAM_ROWS = 200;
const COLUMNS = 'at, id, tenant, client_key, address, method, status, level, category, rejected, score, path, body';

/** Where rows are read from. */
export interface Source {
  readonly database: Database;
  readonly schema: string;
  readonly schemas: FeatureSchemas;
}

/** One page of the log, newest first. */
export function readLogs(source: Source, query: LogQuery): Promise<Page<Assessment>> {
  const limit = pageLimit(query.limit);
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
  return source.database.use(async (connection) => {
    const { total, positions } = isSearch(query)
      ? await search(connection, source, query, after, limit + 1)
      : { total: await count(connection, source, query), positions: null };
    const rows =
      positions === null
        ? await rowsAfter(connection, source, query, after, limit + 1)
        : await rowsAt(connection, source, positions);
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
  const found = isSearch(query)
    ? await database.use((connection) => search(connection, source, query, after, MAX_TOTAL))
    : { positions: null };
  for (let read = 0; ; read += STREAM_ROWS) {
    const from = after;
    const items = await database.use(async (connection) => {
      const rows =
        found.positions === null
          ? await rowsAfter(connection, source, query, from, STREAM_ROWS)
          : await rowsAt(connection, source, found.positions.slice(read, read + STREAM_ROWS));
      return decoded(connection, source, rows);
    });
    yield* items;
    after = items.at(-1) ?? null;
    if (after === null) return;
  }
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

/**
 * How many rows a text is found in, counted in the same way, and the positions after a given one, newest first. They are null when there
 * are more than pages count: such rows are soon found by reading in the order of time, whereas that could mean reading everything until a
 * rare one turns up.
 */
async function search(
  connection: Connection,
  { schema }: Source,
  query: LogQuery,
  after: Position | null,
  limit: number,
): Promise<{ total: number; positions: readonly Position[] | null }> {
  const where = addSearch(logConditions(query), query);
  const page = where.beside();
  if (after !== null) afterInLog(page, after);
  const { rows } = await connection.query<{ total: string; at: number | null; id: string }>(
    `WITH found AS MATERIALIZED (SELECT at, id FROM ${schema}.logs WHERE ${where} LIMIT ${MAX_TOTAL + 1}),
       counted AS MATERIALIZED (SELECT count(*) AS total FROM found)
     SELECT total, at, id FROM counted LEFT JOIN LATERAL (
       SELECT at, id FROM found WHERE total <= ${MAX_TOTAL} AND ${page} ORDER BY at DESC, id DESC LIMIT ${limit}
     ) page ON true`,
    where.values,
  );
  const total = Number(rows[0]?.total);
  if (total > MAX_TOTAL) return { total, positions: null };
  return { total, positions: rows.flatMap(({ at, id }) => (at === null ? [] : [{ at: Number(at), id }])) };
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
  const ordered = (columns: string) => `SELECT ${columns} FROM ${schema}.logs WHERE ${where} ORDER BY at DESC, id DESC`;
  // OFFSET 0 keeps the search outside: the planner takes frequent texts for rare ones and would sort all that have them.
  const statement = isSearch(query)
    ? `SELECT ${COLUMNS} FROM (${ordered(`${COLUMNS}, search`)} OFFSET 0) ordered WHERE ${addSearch(where.beside(), query)}`
    : ordered(COLUMNS);
  const { rows } = await connection.query<AssessmentRow>(`${statement} LIMIT ${limit}`, where.values);
  return rows;
}

async function rowsAt(
  connection: Connection,
  { schema }: Source,
  positions: readonly Position[],
): Promise<readonly AssessmentRow[]> {
  if (positions.length === 0) return [];
  const { rows } = await connection.query<AssessmentRow>(
    `SELECT ${COLUMNS} FROM ${schema}.logs WHERE at = ANY($1::float8[]) AND id = ANY($2::uuid[]) ORDER BY at DESC, id DESC`,
    [positions.map(({ at }) => at), positions.map(({ id }) => id)],
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
