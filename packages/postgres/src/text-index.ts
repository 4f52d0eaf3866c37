import type { Connection, Database } from './database.js';
import { LOGS, type Partitions } from './partitions.js';

/** An index of a full day takes its time, in ms. */
const INDEX_MS = 3_600_000;
/** Rows of a day still arrive for this long after it, in ms. */
const LATE_MS = 600_000;

/**
 * Gives days that are over an index for text search, unless another instance is at it. While a day fills it has none: its upkeep would cost
 * more than all other indexes together, and reading through one day is fast enough.
 *
 * @param isStopped - asked before each day
 */
export async function indexFinishedDays(
  database: Database,
  schema: string,
  days: Partitions,
  now: number,
  isStopped: () => boolean,
): Promise<void> {
  const finished = (await days.list()).filter((day) => LOGS.endOf(day) + LATE_MS < now);
  await database.use(async (connection) => {
    const extension = await schemaOfTrigrams(connection);
    if (extension === null || !(await hold(connection, schema))) return;
    try {
      const indexed = await indexesOf(connection, schema);
      for (const day of finished) {
        const name = `logs_${day}_search`;
        if (indexed.get(name) === true) continue;
        if (isStopped()) return;
        // One that was interrupted is left behind as invalid.
        if (indexed.has(name)) await connection.query(`DROP INDEX ${schema}.${name}`);
        await connection.query(
          `CREATE INDEX CONCURRENTLY ${name} ON ${days.nameOf(day)} USING gin (search ${extension}.gin_trgm_ops)`,
        );
      }
    } finally {
      if (!connection.isBroken) await letGo(connection, schema);
    }
  }, INDEX_MS);
}

async function schemaOfTrigrams(connection: Connection): Promise<string | null> {
  const { rows } = await connection.query<{ schema: string }>(
    `SELECT quote_ident(n.nspname) AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
     WHERE extname = 'pg_trgm'`,
  );
  return rows[0]?.schema ?? null;
}

/** Of the session, not of a transaction: an index that is built beside writers must be in none. */
async function hold(connection: Connection, schema: string): Promise<boolean> {
  const { rows } = await connection.query<{ held: boolean }>(
    'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held',
    [lockName(schema)],
  );
  if (rows[0]?.held !== true) return false;
  await connection.query(`SET statement_timeout = ${INDEX_MS}`);
  return true;
}

async function letGo(connection: Connection, schema: string): Promise<void> {
  await connection.query('RESET statement_timeout');
  await connection.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [lockName(schema)]);
}

function lockName(schema: string): string {
  return `api-security text indexes ${schema}`;
}

/** Text indexes by name, and whether they can be used. */
async function indexesOf(connection: Connection, schema: string): Promise<Map<string, boolean>> {
  const { rows } = await connection.query<{ name: string; valid: boolean }>(
    `SELECT c.relname AS name, i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE c.relnamespace = $1::regnamespace AND c.relname LIKE 'logs\\_%\\_search'`,
    [schema],
  );
  return new Map(rows.map(({ name, valid }) => [name, valid]));
}
