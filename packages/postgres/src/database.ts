import { ApiSecurityError } from '@api-security/core';
import { openPool } from './open-pool.js';
import type { PgClient, PgPool } from './pg-types.js';

export interface DatabaseOptions {
  readonly pool: PgPool | undefined;
  readonly connectionString: string | undefined;
  /** Asked for the connection string instead, whenever the server has to be looked for: at first, and after it could not be reached. */
  readonly locate?: () => Promise<string>;
  readonly connectMs: number;
  readonly statementMs: number;
  readonly poolSize: number;
}

/** Rows of a query, and how many it touched. */
interface Result<Row> {
  readonly rows: readonly Row[];
  readonly count: number;
}

/** One connection, for the time of a callback. */
export interface Connection {
  /** It answered late, or is gone: what was sent may or may not have happened. */
  readonly isBroken: boolean;
  query<Row = never>(text: string, values?: readonly unknown[]): Promise<Result<Row>>;
}

/** The server has this long beyond its own statement timeout to say so, in ms. */
const GRACE_MS = 1_000;
/** How long `close()` waits for connections to say goodbye, in ms. */
const CLOSE_MS = 2_000;

/** Connections to one database, each call of which ends within its time limits, whatever the server does. */
export class Database {
  readonly #options: DatabaseOptions;
  #pool: Promise<PgPool> | null = null;
  #isOpen = false;
  /** Clients that have a listener: an error of one that idles in an injected pool must not end the process. */
  readonly #heard = new WeakSet<PgClient>();
  readonly #ignore = (): void => {};

  constructor(options: DatabaseOptions) {
    this.#options = options;
  }

  /** Lends a connection. One that failed otherwise than by the server's word is not used again. @throws `API_SECURITY_STORE_FAILED` */
  async use<T>(
    run: (connection: Connection) => Promise<T>,
    statementMs: number = this.#options.statementMs,
  ): Promise<T> {
    const client = await this.#connect();
    const lent = { isBroken: false };
    const query = async <Row>(text: string, values: readonly unknown[] = []): Promise<Result<Row>> => {
      try {
        const answer = values.length === 0 ? client.query(text) : client.query(text, [...values]);
        const { rows, rowCount } = await within(statementMs + GRACE_MS, answer, 'An answer of Postgres');
        return { rows: rows as Row[], count: rowCount ?? 0 };
      } catch (error) {
        if (sqlStateOf(error) === null) lent.isBroken = true;
        throw error;
      }
    };
    try {
      return await run(Object.assign(lent, { query }));
    } catch (error) {
      throw failure(error);
    } finally {
      client.release(lent.isBroken);
    }
  }

  /** Runs the callback in a transaction: all of it, or nothing. */
  transaction<T>(
    run: (connection: Connection) => Promise<T>,
    statementMs: number = this.#options.statementMs,
  ): Promise<T> {
    return this.use(async (connection) => {
      await connection.query(`BEGIN; SET LOCAL statement_timeout = ${statementMs}`);
      try {
        const result = await run(connection);
        await connection.query('COMMIT');
        return result;
      } catch (error) {
        // On a connection that is gone the server rolls back by itself.
        if (!connection.isBroken) await connection.query('ROLLBACK');
        throw error;
      }
    }, statementMs);
  }

  /** Ends the connections that are the store's own; those of an injected pool stay. */
  async close(): Promise<void> {
    const opened = this.#pool;
    if (opened === null) return;
    const pool = await opened.catch(() => null);
    if (pool === null) return;
    if (this.#options.pool === undefined) await within(CLOSE_MS, pool.end(), 'The end of the pool').catch(() => {});
    else pool.off('error', this.#ignore);
  }

  async #connect(): Promise<PgClient> {
    try {
      this.#pool ??= this.#open();
      const connecting = this.#pool.then((pool) => pool.connect());
      const client = await within(this.#options.connectMs, connecting, 'A connection to Postgres', (late) =>
        late.release(),
      );
      if (!this.#heard.has(client)) client.on('error', this.#ignore);
      this.#heard.add(client);
      return client;
    } catch (error) {
      if (this.#options.locate !== undefined && sqlStateOf(error) === null) await this.#discard();
      throw failure(error);
    }
  }

  /** The server may come back elsewhere. */
  async #discard(): Promise<void> {
    const opened = this.#pool;
    // While it is still being looked for, others wait for the answer.
    if (opened === null || !this.#isOpen) return;
    this.#pool = null;
    this.#isOpen = false;
    const pool = await opened;
    pool.end().catch(() => {});
  }

  async #open(): Promise<PgPool> {
    try {
      const pool = this.#options.pool ?? (await openPool(this.#options));
      // The pool has dropped the connection already, and makes another when one is needed.
      pool.on('error', this.#ignore);
      this.#isOpen = true;
      return pool;
    } catch (error) {
      this.#pool = null;
      throw error;
    }
  }
}

/** The five characters by which Postgres names an error; null for errors of the connection. */
export function sqlStateOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const cause = error instanceof ApiSecurityError ? error.cause : error;
  if (typeof cause !== 'object' || cause === null || !('severity' in cause) || !('code' in cause)) return null;
  return typeof cause.code === 'string' ? cause.code : null;
}

function failure(error: unknown): ApiSecurityError {
  if (error instanceof ApiSecurityError) return error;
  const sqlState = sqlStateOf(error);
  const said = error instanceof Error ? error.message || error.name : String(error);
  return new ApiSecurityError(
    'API_SECURITY_STORE_FAILED',
    `Postgres ${sqlState === null ? 'could not be used' : `answered ${sqlState}`}: ${said.slice(0, 300)}.`,
    { cause: error },
  );
}

/** The promise, or a rejection after `ms`; what comes later is given to `late`. */
async function within<T>(
  ms: number,
  promise: Promise<T>,
  what: string,
  late: (value: T) => void = () => {},
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isLate = true;
      reject(new Error(`${what} did not come within ${ms} ms`));
    }, ms);
  });
  promise.then(
    (value) => isLate && late(value),
    () => {},
  );
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
