import type { ScoreCount } from '@api-security/core';
import { logConditions } from './conditions.js';
import type { Database } from './database.js';
import type { SpanQuery } from './statistics.js';

/** Bins from 0 to 1; that of 1 comes on top. */
const BINS = 1_000;
/** The nearest edge, or the one below where the score has not reached it: the same numbers in the same double precision as the memory store's. */
const NEAREST = `round(score * ${BINS})`;
const BIN = `greatest(0, least(${BINS}, CASE WHEN ${NEAREST} / ${BINS} <= score THEN ${NEAREST} ELSE ${NEAREST} - 1 END))`;

/** How the scores of a span spread, lowest first, rejected last. */
export async function readScores(
  database: Database,
  schema: string,
  { tenant, from, to }: SpanQuery,
): Promise<readonly ScoreCount[]> {
  const where = logConditions({
    ...(tenant !== undefined && { tenant }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  });
  const { rows } = await database.use((connection) =>
    connection.query<{ bin: number; rejected: boolean; count: string }>(
      `SELECT ${BIN} AS bin, rejected, count(*) AS count FROM ${schema}.logs WHERE ${where} GROUP BY 1, 2 ORDER BY 1, 2`,
      where.values,
    ),
  );
  return rows.map(({ bin, rejected, count }) => ({ score: Number(bin) / BINS, rejected, count: Number(count) }));
}
