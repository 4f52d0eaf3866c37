import { randomInt } from 'node:crypto';
import type {
  Acknowledgement,
  Alert,
  AlertQuery,
  Assessment,
  AuditEntry,
  AuditQuery,
  Batch,
  HourlyStatistics,
  LogQuery,
  Page,
  ScoreCount,
  Statistics,
  Store,
  StoredSettings,
} from '@api-security/core';
import { ApiSecurityError } from '@api-security/core';
import { acknowledgeAlert, readAlerts } from './alert-reader.js';
import { append, type PreparedBatch, prepare } from './append.js';
import { readAudits, writeAudit } from './audit-log.js';
import { Database, sqlStateOf } from './database.js';
import { FeatureSchemas } from './feature-schemas.js';
import { saveSchemas } from './load-schemas.js';
import { readLogs, streamLogs } from './log-reader.js';
import { Maintenance } from './maintenance.js';
import { checkMigrated, migrate } from './migrate-postgres.js';
import { type PostgresStoreOptions, type ResolvedOptions, resolveOptions } from './options.js';
import { ALERTS, LOGS, Partitions, timeOfId } from './partitions.js';
import { checkPurge, type PurgeQuery, purgeAlerts, purgeLogs } from './purge.js';
import { readScores } from './scores.js';
import type { Source } from './source.js';
import { readHourly, readStatistics, type SpanQuery } from './statistics.js';
import { readSettings, saveSettings } from './stored-settings.js';

/**
 * The log, the alerts, the audit log and the settings in Postgres 14 or later, shared by any number of instances.
 *
 * Checks its options and does nothing else before it is first used. Every call ends within its time limits; a server that is away makes it
 * reject with `API_SECURITY_STORE_FAILED`. Calls may overlap.
 *
 * @throws `API_SECURITY_OPTION_UNKNOWN` or `API_SECURITY_OPTION_INVALID`
 * @example
 * ```ts
 * const security = createApiSecurity({ store: postgresStore({ connectionString: process.env.DATABASE_URL }) });
 * ```
 */
export function postgresStore(options: PostgresStoreOptions): PostgresStore {
  return new StoreOnPostgres(resolveOptions(options));
}

/** Instances spread over this many rows of an hour. */
const SHARDS = 16;
/** States of a transaction that went wrong by chance: deadlock, serialization; and a part that another instance has dropped. */
const TRY_AGAIN = ['40P01', '40001', '23514'];

/** A {@link Store} that also looks after its tables. */
export interface PostgresStore extends Store {
  /**
   * What one of all instances does once an hour by itself: makes the tables of the next days, deletes what is older than its retention, and
   * gives days that are over their index for text search. For hosts that live shorter than an hour, and for after an import.
   */
  maintain(): Promise<void>;
}

/** @see {@link postgresStore} */
export class StoreOnPostgres implements PostgresStore {
  readonly #options: ResolvedOptions;
  readonly #source: Source;
  readonly #days: Partitions;
  readonly #months: Partitions;
  readonly #maintenance: Maintenance;
  readonly #closed: () => Promise<void>;
  readonly #shard = randomInt(SHARDS);
  /** Whether the names of the features have been written since the start. */
  #namesWritten = false;
  #ready: Promise<void> | null = null;
  #closing: Promise<void> | null = null;

  /** @param closed - called when the last connection has ended */
  constructor(options: ResolvedOptions, closed: () => Promise<void> = async () => {}) {
    const { schema } = options;
    this.#closed = closed;
    const database = new Database(options);
    this.#options = options;
    this.#source = { database, schema, schemas: new FeatureSchemas() };
    this.#days = new Partitions(database, schema, LOGS);
    this.#months = new Partitions(database, schema, ALERTS);
    this.#maintenance = new Maintenance({
      database,
      schema,
      days: this.#days,
      months: this.#months,
      retention: options.retention,
      onError: options.onError,
    });
  }

  async append({ assessments, alerts }: Batch): Promise<void> {
    await this.#open();
    const batch = prepare(assessments, alerts, this.#source.schemas);
    try {
      await this.#write(batch);
    } catch (error) {
      if (!TRY_AGAIN.includes(sqlStateOf(error) ?? '')) throw error;
      this.#days.forget();
      this.#months.forget();
      await this.#write(batch);
    }
  }

  async logs(query: LogQuery = {}): Promise<Page<Assessment>> {
    await this.#open();
    return readLogs(this.#source, query);
  }

  async *stream(query: LogQuery = {}): AsyncIterable<Assessment> {
    await this.#open();
    yield* streamLogs(this.#source, query);
  }

  async alerts(query: AlertQuery = {}): Promise<Page<Alert>> {
    await this.#open();
    return readAlerts(this.#source, query);
  }

  async acknowledge(id: string, acknowledgement: Acknowledgement, tenant?: string | null): Promise<Alert | null> {
    await this.#open();
    return acknowledgeAlert(this.#source, id, acknowledgement, tenant);
  }

  async statistics(query: SpanQuery = {}): Promise<Statistics> {
    await this.#open();
    return readStatistics(this.#source.database, this.#source.schema, query);
  }

  async hourly(query: SpanQuery = {}): Promise<readonly HourlyStatistics[]> {
    await this.#open();
    return readHourly(this.#source.database, this.#source.schema, query);
  }

  async scores(query: SpanQuery = {}): Promise<readonly ScoreCount[]> {
    await this.#open();
    return readScores(this.#source.database, this.#source.schema, query);
  }

  async purge(query: PurgeQuery): Promise<number> {
    await this.#open();
    checkPurge(query);
    const { database } = this.#source;
    const rows = await purgeLogs(database, this.#days, query);
    return rows + (await purgeAlerts(database, this.#months, query));
  }

  async audit(entry: AuditEntry): Promise<void> {
    await this.#open();
    await writeAudit(this.#source.database, this.#source.schema, entry);
  }

  async audits(query: AuditQuery = {}): Promise<Page<AuditEntry>> {
    await this.#open();
    return readAudits(this.#source.database, this.#source.schema, query);
  }

  async settings(): Promise<StoredSettings | null> {
    await this.#open();
    return readSettings(this.#source.database, this.#source.schema);
  }

  async saveSettings(settings: StoredSettings): Promise<boolean> {
    await this.#open();
    return saveSettings(this.#source.database, this.#source.schema, settings);
  }

  async maintain(): Promise<void> {
    await this.#open();
    await this.#maintenance.run();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#maintenance.stop();
    await this.#source.database.close();
    await this.#closed();
  }

  async #write(batch: PreparedBatch): Promise<void> {
    await this.#days.ensure(batch.logs.map(({ at }) => at));
    await this.#months.ensure(batch.alerts.flat().map(({ id }) => timeOfId(id)));
    const { database, schema } = this.#source;
    const writesNames = !this.#namesWritten;
    await database.transaction(async (connection) => {
      if (writesNames) await saveSchemas(connection, this.#source);
      await append(connection, schema, batch, this.#shard);
    });
    this.#namesWritten = true;
  }

  /** Looks at the database once, before its first use; again after a failure. */
  #open(): Promise<void> {
    if (this.#closing !== null) {
      throw new ApiSecurityError('API_SECURITY_CLOSED', 'The Postgres store was used after close().');
    }
    if (this.#ready === null) {
      this.#ready = this.#prepare();
      this.#ready.catch(() => {
        this.#ready = null;
      });
    }
    return this.#ready;
  }

  async #prepare(): Promise<void> {
    const { database, schema } = this.#source;
    try {
      await database.use((connection) => checkMigrated(connection, schema));
    } catch (error) {
      if (this.#options.migrate === 'never' || !isNotMigrated(error)) throw error;
      await migrate(database, schema);
    }
    this.#maintenance.start();
  }
}

function isNotMigrated(error: unknown): boolean {
  return error instanceof ApiSecurityError && error.code === 'API_SECURITY_STORE_NOT_MIGRATED';
}
