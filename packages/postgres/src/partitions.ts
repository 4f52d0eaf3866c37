import { type Connection, type Database, sqlStateOf } from './database.js';

/** A table that is split by time, and how. */
export interface PartitionedTable {
  readonly name: 'logs' | 'alerts';
  /** Name of the part of the time in which `at` lies, and its bounds: inclusive and exclusive, as SQL literals. */
  partOf(at: number): { readonly suffix: string; readonly from: string; readonly to: string };
  /** Where the part with this suffix ends, in ms since the epoch; exclusive. */
  endOf(suffix: string): number;
}

export const DAY_MS = 86_400_000;

/** A part for each day (UTC), by the time of the row. */
export const LOGS: PartitionedTable = {
  name: 'logs',
  partOf(at) {
    const from = Math.floor(at / DAY_MS) * DAY_MS;
    return { suffix: dateOf(from), from: String(from), to: String(from + DAY_MS) };
  },
  endOf: (suffix) => Date.parse(suffix.replaceAll('_', '-')) + DAY_MS,
};

/** A part for each month (UTC), by the time within the id. */
export const ALERTS: PartitionedTable = {
  name: 'alerts',
  partOf(at) {
    const date = new Date(at);
    const from = Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
    const to = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
    return { suffix: dateOf(from).slice(0, -3), from: uuidFrom(from), to: uuidFrom(to) };
  },
  endOf(suffix) {
    const [year, month] = suffix.split('_').map(Number) as [number, number];
    return Date.UTC(year, month);
  },
};

const LOCK_NOT_AVAILABLE = '55P03';
/** How often, how long and how far apart a drop waits for running queries, in ms: in all about as long as a statement may take. */
const DROP_TRIES = 8;
const DROP_WAIT_MS = 500;
const DROP_PAUSE_MS = 250;

/** The time within a UUIDv7, in ms since the epoch. */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** Parts of one table in one schema: made when a row needs them or ahead of time, dropped as a whole. */
export class Partitions {
  readonly #database: Database;
  readonly #schema: string;
  readonly #table: PartitionedTable;
  /** Suffixes of those that are known to be there. */
  readonly #there = new Set<string>();

  constructor(database: Database, schema: string, table: PartitionedTable) {
    this.#database = database;
    this.#schema = schema;
    this.#table = table;
  }

  /** Sees to it that rows of these times find their part. */
  async ensure(ats: Iterable<number>): Promise<void> {
    const missing = new Map<string, { from: string; to: string }>();
    for (const at of ats) {
      const { suffix, from, to } = this.#table.partOf(at);
      if (!this.#there.has(suffix)) missing.set(suffix, { from, to });
    }
    if (missing.size === 0) return;
    for (const name of await this.list()) this.#there.add(name);
    for (const [suffix, bounds] of missing) {
      if (!this.#there.has(suffix)) await this.#create(suffix, bounds);
      this.#there.add(suffix);
    }
  }

  /** Forgets what is there: another instance may have dropped some. */
  forget(): void {
    this.#there.clear();
  }

  /** Suffixes of the parts, oldest first. */
  list(): Promise<readonly string[]> {
    return this.#database.use((connection) => this.#list(connection));
  }

  /** The name to use in SQL. */
  nameOf(suffix: string): string {
    return `${this.#schema}.${this.#table.name}_${suffix}`;
  }

  /** Drops a whole part. Waits for running queries a little while at a time, since all others wait behind it. */
  async drop(suffix: string): Promise<void> {
    this.#there.delete(suffix);
    for (let tries = 1; ; tries++) {
      try {
        await this.#dropUnlessBusy(suffix);
        return;
      } catch (error) {
        if (sqlStateOf(error) !== LOCK_NOT_AVAILABLE || tries === DROP_TRIES) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, DROP_PAUSE_MS * tries));
    }
  }

  async #dropUnlessBusy(suffix: string): Promise<void> {
    await this.#database.transaction(async (connection) => {
      await this.#lock(connection);
      await connection.query(`SET LOCAL lock_timeout = ${DROP_WAIT_MS}`);
      await connection.query(`DROP TABLE IF EXISTS ${this.nameOf(suffix)}`);
    });
  }

  /** Made apart and then attached, which stops neither readers nor writers of the table. */
  async #create(suffix: string, { from, to }: { from: string; to: string }): Promise<void> {
    const table = `${this.#schema}.${this.#table.name}`;
    await this.#database.transaction(async (connection) => {
      await this.#lock(connection);
      if ((await this.#list(connection)).includes(suffix)) return;
      await connection.query(
        `CREATE TABLE ${this.nameOf(suffix)} (LIKE ${table} INCLUDING DEFAULTS INCLUDING INDEXES)`,
      );
      await connection.query(
        `ALTER TABLE ${table} ATTACH PARTITION ${this.nameOf(suffix)} FOR VALUES FROM ('${from}') TO ('${to}')`,
      );
    });
  }

  /** One instance at a time makes or drops parts. */
  async #lock(connection: Connection): Promise<void> {
    await connection.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `api-security partitions ${this.#schema}.${this.#table.name}`,
    ]);
  }

  async #list(connection: Connection): Promise<readonly string[]> {
    const { rows } = await connection.query<{ name: string }>(
      'SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = $1::regclass',
      [`${this.#schema}.${this.#table.name}`],
    );
    return rows.map(({ name }) => name.slice(this.#table.name.length + 1)).sort();
  }
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, -14).replaceAll('-', '_');
}

/** The smallest UUID of this ms. */
function uuidFrom(at: number): string {
  const time = at.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}
