import { ApiSecurityError } from '@api-security/core';
import type { DatabaseOptions } from './database.js';
import type { PgPool } from './pg-types.js';

/** How long a connection may idle before it is closed, in ms. */
const IDLE_MS = 30_000;

/** A pool of the store's own. Connects to nothing yet. @throws `API_SECURITY_DEPENDENCY_MISSING` without `pg` */
export async function openPool(options: DatabaseOptions): Promise<PgPool> {
  const { connectMs, statementMs, poolSize, locate } = options;
  const { Pool } = await importPg();
  const connectionString = locate === undefined ? options.connectionString : await locate();
  return new Pool({
    connectionString,
    max: poolSize,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    idleTimeoutMillis: IDLE_MS,
    application_name: 'api-security',
    // Compiling a plan takes longer than any of these queries.
    options: '-c jit=off',
    keepAlive: true,
    // A process that has nothing else to do may end without close().
    allowExitOnIdle: true,
  });
}

async function importPg(): Promise<typeof import('pg')['default']> {
  try {
    return (await import('pg')).default;
  } catch (cause) {
    throw new ApiSecurityError(
      'API_SECURITY_DEPENDENCY_MISSING',
      'The package "pg" cannot be loaded. Install it: npm i pg.',
      {
        cause,
      },
    );
  }
}
