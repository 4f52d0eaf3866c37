import type { Alert, Assessment } from '@api-security/core';
import { type AlertRow, toAlertRow } from './alert-row.js';
import { type AssessmentRow, toAssessmentRow } from './assessment-row.js';
import type { Connection } from './database.js';
import type { FeatureSchemas } from './feature-schemas.js';
import { HourSums, type SummedRow } from './hour-sums.js';

/** Columns of the log with their types, in the order of the table. */
const LOG_COLUMNS = {
  at: 'float8',
  id: 'uuid',
  tenant: 'text',
  client_key: 'text',
  address: 'text',
  method: 'text',
  status: 'int4',
  level: 'text',
  category: 'text',
  rejected: 'bool',
  score: 'float8',
  path: 'text',
  search: 'text',
  body: 'text',
} as const satisfies Record<keyof AssessmentRow, string>;

const ALERT_COLUMNS = {
  id: 'uuid',
  tenant: 'text',
  client_key: 'text',
  address: 'text',
  level: 'text',
  category: 'text',
  score: 'float8',
  count: 'float8',
  first_at: 'float8',
  last_at: 'float8',
  acknowledged_at: 'float8',
  acknowledged_by: 'text',
  acknowledged_note: 'text',
  assessment: 'text',
} as const satisfies Record<keyof AlertRow, string>;

/** Of two assessments of one alert the one with the higher score stands, with all that is said about it. */
const OF_THE_STRONGER = ['tenant', 'client_key', 'address', 'level', 'category', 'assessment', 'score'];
const OF_THE_FIRST_ACKNOWLEDGEMENT = ['acknowledged_at', 'acknowledged_by', 'acknowledged_note'];

/** Rows of a batch, ready to be written in any number of tries. */
export interface PreparedBatch {
  /** Each key once, in the order of the keys, so that batches which meet wait for each other in one order. */
  readonly logs: readonly AssessmentRow[];
  /** Rounds in each of which an alert is at most once, in the order of the ids. */
  readonly alerts: readonly (readonly AlertRow[])[];
}

/** @throws `API_SECURITY_STORE_INPUT_INVALID` */
export function prepare(
  assessments: readonly Assessment[],
  alerts: readonly Alert[],
  schemas: FeatureSchemas,
): PreparedBatch {
  const logs = new Map<string, AssessmentRow>();
  for (const assessment of assessments) logs.set(assessment.id, toAssessmentRow(assessment, schemas));
  const rounds: Map<string, AlertRow>[] = [];
  for (const alert of alerts) {
    const round = rounds.find((seen) => !seen.has(alert.id)) ?? new Map<string, AlertRow>();
    if (round.size === 0) rounds.push(round);
    round.set(alert.id, toAlertRow(alert, schemas));
  }
  return {
    logs: [...logs.values()].sort((a, b) => a.at - b.at || compare(a.id, b.id)),
    alerts: rounds.map((round) => [...round.values()].sort((a, b) => compare(a.id, b.id))),
  };
}

/**
 * Writes a batch. To be called within a transaction.
 *
 * @param shard - the rows of `hours` that this instance adds to
 */
export async function append(
  connection: Connection,
  schema: string,
  batch: PreparedBatch,
  shard: number,
): Promise<void> {
  if (batch.logs.length > 0) {
    const sums = new HourSums();
    await appendLogs(connection, schema, batch.logs, sums);
    // Last of the log's tables: a row of an hour is what instances meet at, and is held until the commit.
    await sums.add(connection, schema, shard);
  }
  for (const alerts of batch.alerts) await appendAlerts(connection, schema, alerts);
}

async function appendLogs(
  connection: Connection,
  schema: string,
  rows: readonly AssessmentRow[],
  sums: HourSums,
): Promise<void> {
  const inserted = await insertLogs(connection, schema, rows);
  for (const row of rows) if (inserted.has(row.id)) sums.count(row, 1);
  const again = rows.filter(({ id }) => !inserted.has(id));
  if (again.length === 0) return;
  for (const old of await deleteLogs(connection, schema, again)) sums.count(old, -1);
  const replaced = await insertLogs(connection, schema, again);
  for (const row of again) if (replaced.has(row.id)) sums.count(row, 1);
}

/** @returns the ids of the rows that were not there */
async function insertLogs(
  connection: Connection,
  schema: string,
  rows: readonly AssessmentRow[],
): Promise<Set<string>> {
  const { count, rows: inserted } = await connection.query<{ id: string }>(
    `INSERT INTO ${schema}.logs (${Object.keys(LOG_COLUMNS).join(', ')})
     SELECT * FROM unnest(${parameters(LOG_COLUMNS)}) ON CONFLICT (at, id) DO NOTHING RETURNING id`,
    columnsOf(LOG_COLUMNS, rows),
  );
  return count === rows.length ? new Set(rows.map(({ id }) => id)) : new Set(inserted.map(({ id }) => id));
}

async function deleteLogs(
  connection: Connection,
  schema: string,
  rows: readonly AssessmentRow[],
): Promise<readonly SummedRow[]> {
  const ats = rows.map(({ at }) => at);
  const { rows: deleted } = await connection.query<SummedRow>(
    // The bounds say nothing new, but show the planner which parts of the table there are to look at.
    `DELETE FROM ${schema}.logs l USING unnest($1::float8[], $2::uuid[]) k (at, id)
     WHERE l.at = k.at AND l.id = k.id AND l.at >= $3 AND l.at <= $4
     RETURNING l.at, l.tenant, l.level, l.category, l.rejected, l.score`,
    [ats, rows.map(({ id }) => id), ats[0], ats.at(-1)],
  );
  return deleted;
}

async function appendAlerts(
  connection: Connection,
  schema: string,
  rows: PreparedBatch['alerts'][number],
): Promise<void> {
  const stronger = OF_THE_STRONGER.map(
    (name) => `${name} = CASE WHEN excluded.score > a.score THEN excluded.${name} ELSE a.${name} END`,
  );
  const first = OF_THE_FIRST_ACKNOWLEDGEMENT.map(
    (name) => `${name} = CASE WHEN a.acknowledged_at IS NULL THEN excluded.${name} ELSE a.${name} END`,
  );
  await connection.query(
    `INSERT INTO ${schema}.alerts AS a (${Object.keys(ALERT_COLUMNS).join(', ')})
     SELECT * FROM unnest(${parameters(ALERT_COLUMNS)})
     ON CONFLICT (id) DO UPDATE SET count = greatest(a.count, excluded.count), first_at = least(a.first_at, excluded.first_at),
       last_at = greatest(a.last_at, excluded.last_at), ${[...stronger, ...first].join(', ')}`,
    columnsOf(ALERT_COLUMNS, rows),
  );
}

/** `$1::float8[], $2::uuid[], …` */
function parameters(columns: Readonly<Record<string, string>>): string {
  return Object.values(columns)
    .map((type, i) => `$${i + 1}::${type}[]`)
    .join(', ');
}

/** An array for each column. */
function columnsOf<Row extends object>(
  columns: Readonly<Record<keyof Row, string>>,
  rows: readonly Row[],
): unknown[][] {
  return (Object.keys(columns) as (keyof Row)[]).map((name) => rows.map((row) => row[name]));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
