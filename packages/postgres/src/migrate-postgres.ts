import { readdir, readFile } from 'node:fs/promises';
import { ApiSecurityError } from '@api-security/core';
import { type Connection, Database, sqlStateOf } from './database.js';
import { type ConnectionOptions, resolveConnection } from './options.js';

/** What a migration did. */
export interface MigrationReport {
  readonly schema: string;
  /** Names of the files that were run now, in order; empty where there was nothing to do. */
  readonly applied: readonly string[];
  /** Number of the newest migration in the database. */
  readonly version: number;
}

const DIRECTORY = new URL('../migrations/', import.meta.url);
/** Another instance may be at it, and indexes of full tables take their time, in ms. */
const MIGRATION_MS = 600_000;

/**
 * Brings a database to the schema of this version. Safe to call from many instances at once, and again: each migration runs once, in a
 * transaction of its own.
 *
 * @throws `API_SECURITY_OPTION_INVALID`; rejects with `API_SECURITY_STORE_FAILED`
 */
export async function migratePostgres(options: ConnectionOptions): Promise<MigrationReport> {
  const { schema, ...database } = resolveConnection('migratePostgres()', options);
  const connections = new Database({ ...database, statementMs: MIGRATION_MS });
  try {
    return await migrate(connections, schema);
  } finally {
    await connections.close();
  }
}

/** As {@link migratePostgres}, over connections that are there. */
export async function migrate(database: Database, schema: string): Promise<MigrationReport> {
  const applied: string[] = [];
  let version = 0;
  for (const { number, name, sql } of await migrations()) {
    const isNew = await database.transaction(async (connection) => {
      version = await lockedVersion(connection, schema);
      if (version >= number) return false;
      await connection.query(sql);
      await connection.query(`INSERT INTO ${schema}.migrations (version, name) VALUES ($1, $2)`, [number, name]);
      return true;
    }, MIGRATION_MS);
    if (!isNew) continue;
    applied.push(name);
    version = number;
  }
  return { schema, applied, version };
}

/** @throws `API_SECURITY_STORE_NOT_MIGRATED` for a database older than this version; one that is newer will do */
export async function checkMigrated(connection: Connection, schema: string): Promise<void> {
  const wanted = (await migrations()).at(-1)?.number ?? 0;
  const version = await versionOf(connection, schema);
  if (version >= wanted) return;
  const found = version === 0 ? 'has no tables yet' : `is at version ${version} of ${wanted}`;
  throw new ApiSecurityError(
    'API_SECURITY_STORE_NOT_MIGRATED',
    `The schema "${schema}" ${found}. Run: npx api-security migrate --database-url … --schema ${schema}, or set migrate: 'auto'.`,
  );
}

async function versionOf(connection: Connection, schema: string): Promise<number> {
  try {
    const { rows } = await connection.query<{ version: number }>(
      `SELECT max(version) AS version FROM ${schema}.migrations`,
    );
    return rows[0]?.version ?? 0;
  } catch (error) {
    // There is no such table, or no such schema.
    if (['42P01', '3F000'].includes(sqlStateOf(error) ?? '')) return 0;
    throw error;
  }
}

/** Version of the schema, which is made if need be. No other instance migrates until the transaction ends. */
async function lockedVersion(connection: Connection, schema: string): Promise<number> {
  await connection.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `api-security migrations ${schema}`,
  ]);
  const { rows } = await connection.query<{ encoding: string; exists: boolean }>(
    "SELECT current_setting('server_encoding') AS encoding, to_regnamespace($1) IS NOT NULL AS exists",
    [schema],
  );
  if (rows[0]?.encoding !== 'UTF8') {
    throw new ApiSecurityError(
      'API_SECURITY_OPTION_INVALID',
      `The database must have the encoding UTF8, got ${rows[0]?.encoding}. Make one with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.`,
    );
  }
  // Asked before, because IF NOT EXISTS wants the right to make one all the same.
  if (!rows[0].exists) await connection.query(`CREATE SCHEMA ${schema}`);
  await connection.query(`SET LOCAL search_path TO ${schema}`);
  await connection.query(
    'CREATE TABLE IF NOT EXISTS migrations (version integer PRIMARY KEY, name text NOT NULL, at timestamptz NOT NULL DEFAULT now())',
  );
  const newest = await connection.query<{ version: number }>(
    'SELECT coalesce(max(version), 0) AS version FROM migrations',
  );
  return newest.rows[0]?.version ?? 0;
}

/** The files `<number>_<what>.sql`, in order. */
async function migrations(): Promise<{ number: number; name: string; sql: string }[]> {
  const names = (await readdir(DIRECTORY)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => ({
      number: Number.parseInt(name, 10),
      name,
      sql: await readFile(new URL(name, DIRECTORY), 'utf8'),
    })),
  );
}
