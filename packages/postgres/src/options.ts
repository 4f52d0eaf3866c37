import { ApiSecurityError } from '@api-security/core';
import type { DatabaseOptions } from './database.js';
import type { PgPool } from './pg-types.js';

/** Which database, and how patient to be with it. */
export interface ConnectionOptions {
  /** `postgres://user:password@host:port/database`. Either this or `pool`. */
  readonly connectionString?: string;
  /** A `pg` pool of the host's own; the store never ends it. */
  readonly pool?: PgPool;
  /** Schema of the tables: lower-case letters, digits and `_`. @defaultValue `'api_security'` */
  readonly schema?: string;
  /** How long a connection may take, in ms. @defaultValue 5,000 */
  readonly connectMs?: number;
}

/** How long rows are kept, in days. The log goes by whole days (UTC), so that a row may stay for a day and an hour longer. */
export interface Retention {
  /** Rows of the log at level low. @defaultValue as `logDays` */
  readonly lowDays?: number;
  /** Rows of the log. @defaultValue 30 */
  readonly logDays?: number;
  /** Alerts, from when they last grew; looked at once the month in which they began is this old. @defaultValue 365 */
  readonly alertDays?: number;
  /** Sums by hour, which name nobody. @defaultValue 730 */
  readonly statisticsDays?: number;
}

export interface PostgresStoreOptions extends ConnectionOptions {
  /**
   * `never`: a database that is not migrated is an error at first use. `auto`: it is migrated then.
   *
   * @defaultValue `'never'`
   */
  readonly migrate?: 'auto' | 'never';
  /** How long rows are kept; `false` keeps them until `purge()`. */
  readonly retention?: Retention | false;
  /** How long a statement may take, in ms. @defaultValue 10,000 */
  readonly statementMs?: number;
  /** Told when retention or another task in the background failed; it is tried again an hour later. @defaultValue a process warning */
  readonly onError?: (error: unknown) => void;
  /** Connections at most, where the pool is the store's own. @defaultValue 4 */
  readonly poolSize?: number;
}

export interface ResolvedConnection extends Omit<DatabaseOptions, 'statementMs' | 'locate'> {
  readonly schema: string;
}

export interface ResolvedOptions extends ResolvedConnection, DatabaseOptions {
  readonly migrate: 'auto' | 'never';
  readonly retention: Required<Retention> | false;
  readonly onError: (error: unknown) => void;
}

const CONNECTION_NAMES = ['connectionString', 'pool', 'schema', 'connectMs'];
const STORE_NAMES = [...CONNECTION_NAMES, 'migrate', 'retention', 'statementMs', 'poolSize', 'onError'];
const RETENTION_NAMES = ['lowDays', 'logDays', 'alertDays', 'statisticsDays'];
/** A name that needs no quotes, and that no partition's name makes too long for Postgres (63 bytes). */
const SCHEMA = /^[a-z_][a-z0-9_]{0,47}$/;

/** @throws `API_SECURITY_OPTION_UNKNOWN` or `API_SECURITY_OPTION_INVALID` */
export function resolveConnection(caller: string, options: ConnectionOptions): ResolvedConnection {
  known(caller, options, CONNECTION_NAMES);
  return connection(caller, options);
}

/** @throws `API_SECURITY_OPTION_UNKNOWN` or `API_SECURITY_OPTION_INVALID` */
export function resolveOptions(options: PostgresStoreOptions, caller = 'postgresStore()'): ResolvedOptions {
  known(caller, options, STORE_NAMES);
  const { migrate = 'never', retention = {}, statementMs = 10_000, poolSize = 4, onError = warn } = options;
  if (typeof onError !== 'function') throw invalid(caller, 'onError', 'a function', onError);
  if (migrate !== 'auto' && migrate !== 'never') throw invalid(caller, 'migrate', "'auto' or 'never'", migrate);
  return {
    ...connection(caller, options),
    migrate,
    retention: retention === false ? false : retentionOf(caller, retention),
    statementMs: positive(caller, 'statementMs', statementMs),
    poolSize: positive(caller, 'poolSize', poolSize),
    onError,
  };
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error.message : String(error), 'ApiSecurityWarning');
}

function connection(caller: string, options: ConnectionOptions): ResolvedConnection {
  const { connectionString, pool, schema = 'api_security', connectMs = 5_000 } = options;
  if ((connectionString === undefined) === (pool === undefined)) {
    throw new ApiSecurityError('API_SECURITY_OPTION_INVALID', `${caller} needs either "connectionString" or "pool".`);
  }
  // What was got stays out of the message: it has a password.
  if (connectionString !== undefined && !(typeof connectionString === 'string' && connectionString !== '')) {
    throw invalid(caller, 'connectionString', 'a text', typeof connectionString);
  }
  if (pool !== undefined && typeof pool?.connect !== 'function')
    throw invalid(caller, 'pool', 'a pg pool', typeof pool);
  if (typeof schema !== 'string' || !SCHEMA.test(schema)) {
    throw invalid(caller, 'schema', 'lower-case letters, digits and _, at most 48', schema);
  }
  return { connectionString, pool, schema, connectMs: positive(caller, 'connectMs', connectMs), poolSize: 1 };
}

function retentionOf(caller: string, retention: Retention): Required<Retention> {
  if (typeof retention !== 'object' || retention === null)
    throw invalid(caller, 'retention', 'an object or false', retention);
  known(`retention of ${caller}`, retention, RETENTION_NAMES);
  const { logDays = 30, lowDays = logDays, alertDays = 365, statisticsDays = 730 } = retention;
  const resolved = { lowDays, logDays, alertDays, statisticsDays };
  for (const [name, days] of Object.entries(resolved)) positive(caller, `retention.${name}`, days);
  return resolved;
}

/** @throws `API_SECURITY_OPTION_UNKNOWN` for a name that is not among these */
export function known(caller: string, options: unknown, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw invalid(caller, 'options', 'an object', options);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new ApiSecurityError(
    'API_SECURITY_OPTION_UNKNOWN',
    `${caller} has no option "${unknown.slice(0, 80)}". Known: ${names.join(', ')}.`,
  );
}

function positive(caller: string, name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw invalid(caller, name, 'a positive integer', value);
}

/** An `API_SECURITY_OPTION_INVALID` that names the option, what it takes and what it got. */
export function invalid(caller: string, name: string, wanted: string, got: unknown): ApiSecurityError {
  return new ApiSecurityError(
    'API_SECURITY_OPTION_INVALID',
    `Option "${name}" of ${caller} must be ${wanted}; got ${String(got).slice(0, 80)}.`,
  );
}
