import { invalid, known, type PostgresStoreOptions, type ResolvedOptions, resolveOptions } from './options.js';

export interface EmbeddedPostgresStoreOptions
  extends Pick<PostgresStoreOptions, 'schema' | 'retention' | 'connectMs' | 'statementMs' | 'poolSize' | 'onError'> {
  /** Directory of the database, made if need be. On a disk of this machine: no network file system. */
  readonly dataDir: string;
  /** Where the server listens, on 127.0.0.1. @defaultValue a free one */
  readonly port?: number;
  /** Whether root may make the system user `postgres` where there is none: Postgres does not run as root. @defaultValue true */
  readonly createUser?: boolean;
}

interface ResolvedEmbeddedOptions {
  readonly dataDir: string;
  readonly port: number | undefined;
  readonly createUser: boolean;
  readonly store: ResolvedOptions;
}

const CALLER = 'embeddedPostgresStore()';
const NAMES = [
  'dataDir',
  'port',
  'createUser',
  'schema',
  'retention',
  'connectMs',
  'statementMs',
  'poolSize',
  'onError',
];
/** The first start makes a cluster, and a start after a crash replays a log, in ms. */
const CONNECT_MS = 30_000;
const MAX_PORT = 65_535;

/** @throws `API_SECURITY_OPTION_UNKNOWN` or `API_SECURITY_OPTION_INVALID` */
export function resolveEmbeddedOptions(options: EmbeddedPostgresStoreOptions): ResolvedEmbeddedOptions {
  known(CALLER, options, NAMES);
  const { dataDir, port, createUser = true, connectMs = CONNECT_MS, ...others } = options;
  if (typeof dataDir !== 'string' || dataDir === '') throw invalid(CALLER, 'dataDir', 'a directory', dataDir);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port <= MAX_PORT)) {
    throw invalid(CALLER, 'port', `an integer from 1 to ${MAX_PORT}`, port);
  }
  if (typeof createUser !== 'boolean') throw invalid(CALLER, 'createUser', 'true or false', createUser);
  // Where the server is follows when it runs.
  const store = resolveOptions({ ...others, connectMs, migrate: 'auto', connectionString: 'postgres://' }, CALLER);
  return { dataDir, port, createUser, store: { ...store, connectionString: undefined } };
}
