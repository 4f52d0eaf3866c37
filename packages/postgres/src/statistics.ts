import type { HourlyStatistics, PageQuery, Statistics } from '@api-security/core';
import { Conditions } from './conditions.js';
import type { Database } from './database.js';
import { HOUR_MS, hourOf, NANOS } from './hour-sums.js';
import { tenantText } from './stored-text.js';

export type SpanQuery = Pick<PageQuery, 'tenant' | 'from' | 'to'>;

/** More hours than this are not given at once: about six weeks. */
const MAX_HOURS = 1_000;

interface SumsRow {
  readonly requests: string;
  readonly rejected: string;
  readonly low: string;
  readonly medium: string;
  readonly high: string;
  readonly critical: string;
  readonly score_nanos: string;
}

const SUMS = ['requests', 'rejected', 'low', 'medium', 'high', 'critical', 'score_nanos'];
const SUM_COLUMNS = SUMS.map((name) => `sum(${name}) AS ${name}`).join(', ');

/** Sums over a span: whole hours from the table of hours, its two edges from the rows. One statement, so that all see the same rows. */
export async function readStatistics(database: Database, schema: string, query: SpanQuery): Promise<Statistics> {
  const where = new Conditions();
  const ofTenant = query.tenant === undefined ? '' : `AND tenant = ${where.value(tenantText(query.tenant))}`;
  const within = (column: string, [from, to]: Span) =>
    `${column} >= ${where.value(from)}::float8 AND ${column} < ${where.value(to)}::float8 ${ofTenant}`;
  const { whole, edges } = splitSpan(query.from ?? -Infinity, query.to ?? Infinity);
  const parts = [
    ...whole.flatMap((span) => [
      `SELECT NULL AS category, ${SUM_COLUMNS} FROM ${schema}.hours WHERE ${within('hour', span)}`,
      `SELECT category, sum(requests), 0, 0, 0, 0, 0, 0 FROM ${schema}.hour_categories WHERE ${within('hour', span)} GROUP BY category`,
    ]),
    ...edges.flatMap((span) => [
      `SELECT NULL AS category, count(*) AS requests, count(*) FILTER (WHERE rejected) AS rejected,
         ${['low', 'medium', 'high', 'critical'].map((level) => `count(*) FILTER (WHERE level = '${level}') AS ${level}`).join(', ')},
         sum(round(score * ${NANOS})) AS score_nanos FROM ${schema}.logs WHERE ${within('at', span)}`,
      `SELECT category, count(*), 0, 0, 0, 0, 0, 0 FROM ${schema}.logs
       WHERE category IS NOT NULL AND level <> 'low' AND ${within('at', span)} GROUP BY category`,
    ]),
  ];
  if (parts.length === 0) return statisticsOf([], []);
  const { rows } = await database.use((connection) =>
    connection.query<SumsRow & { category: string | null }>(parts.join(' UNION ALL '), where.values),
  );
  return statisticsOf(
    rows.filter(({ category }) => category === null),
    rows.filter(({ category }) => category !== null) as readonly CategoryRow[],
  );
}

/** Sums by hour, oldest first. */
export async function readHourly(
  database: Database,
  schema: string,
  query: SpanQuery,
): Promise<readonly HourlyStatistics[]> {
  const where = new Conditions();
  if (query.tenant !== undefined) where.and('tenant = ?', tenantText(query.tenant));
  if (query.from !== undefined) where.and('hour >= ?', hourOf(query.from));
  if (query.to !== undefined) where.and('hour < ?', query.to);
  const { rows } = await database.use((connection) =>
    connection.query<SumsRow & { hour: number; categories: readonly CategoryRow[] | null }>(
      `WITH sums AS MATERIALIZED (
         SELECT hour, ${SUM_COLUMNS} FROM ${schema}.hours WHERE ${where}
         GROUP BY hour HAVING sum(requests) > 0 ORDER BY hour DESC LIMIT ${MAX_HOURS}
       ), counts AS (
         SELECT hour, category, sum(requests) AS requests FROM ${schema}.hour_categories
         WHERE ${where} AND hour >= (SELECT min(hour) FROM sums) GROUP BY hour, category
       ), lists AS (
         SELECT hour, json_agg(json_build_object('category', category, 'requests', requests)) AS categories FROM counts GROUP BY hour
       )
       SELECT sums.*, categories FROM sums LEFT JOIN lists USING (hour) ORDER BY hour`,
      where.values,
    ),
  );
  return rows.map((row) => ({ at: Number(row.hour), ...statisticsOf([row], row.categories ?? []) }));
}

interface CategoryRow {
  readonly category: string;
  readonly requests: string | number;
}

type Span = readonly [from: number, to: number];

/** A span as whole hours and what is left before and after them. */
function splitSpan(from: number, to: number): { readonly whole: readonly Span[]; readonly edges: readonly Span[] } {
  const first = Number.isFinite(from) ? Math.ceil(from / HOUR_MS) * HOUR_MS : from;
  const last = Number.isFinite(to) ? hourOf(to) : to;
  const notEmpty = ([a, b]: Span) => a < b;
  if (first > last) return { whole: [], edges: ([[from, to]] as Span[]).filter(notEmpty) };
  const edges: Span[] = [
    [from, first],
    [last, to],
  ];
  return { whole: ([[first, last]] as Span[]).filter(notEmpty), edges: edges.filter(notEmpty) };
}

function statisticsOf(sums: readonly SumsRow[], categories: readonly CategoryRow[]): Statistics {
  const total = (name: keyof SumsRow) => sums.reduce((sum, row) => sum + Number(row[name] ?? 0), 0);
  const counts = new Map<string, number>();
  for (const { category, requests } of categories) counts.set(category, (counts.get(category) ?? 0) + Number(requests));
  const requests = total('requests');
  const levels = { low: total('low'), medium: total('medium'), high: total('high'), critical: total('critical') };
  return {
    requests,
    threats: requests - levels.low,
    rejected: total('rejected'),
    meanScore: requests === 0 ? 0 : total('score_nanos') / NANOS / requests,
    levels,
    categories: Object.fromEntries([...counts].filter(([, count]) => count > 0)),
  };
}
