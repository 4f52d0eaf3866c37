import type { Database } from './database.js';
import type { Retention } from './options.js';
import { ALERTS, DAY_MS, LOGS, type Partitions } from './partitions.js';
import { deleteRows } from './purge.js';
import { indexFinishedDays } from './text-index.js';

export interface MaintenanceOptions {
  readonly database: Database;
  readonly schema: string;
  readonly days: Partitions;
  readonly months: Partitions;
  readonly retention: Required<Retention> | false;
  /** Told of a round that failed; the next one tries again. */
  readonly onError: (error: unknown) => void;
}

/** Between two rounds, in ms. */
const EVERY_MS = 3_600_000;
/** A process younger than this has better things to do, in ms. */
const FIRST_MS = 60_000;
/** Parts are made this many days before they are needed, so that midnight and the first of the month are minutes like all others. */
const AHEAD_DAYS = 2;
/** Audit entries are few, and are asked for long after what they are about has gone: a year, however short the retention is. */
const AUDIT_DAYS = 365;

/** What has to be done now and then, by one instance of all: parts ahead of time, retention, text indexes of days that are over. */
export class Maintenance {
  readonly #options: MaintenanceOptions;
  #timer: NodeJS.Timeout | null = null;
  /** Resolves when the round that is under way has ended. */
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: MaintenanceOptions) {
    this.#options = options;
  }

  /** Begins to look every hour whether it is due. Keeps no process alive. */
  start(): void {
    if (this.#timer === null) this.#schedule(FIRST_MS * (1 + Math.random()));
  }

  /** Begins nothing more. What is under way ends with its connection; nothing of it is lost, and the next round goes on from there. */
  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** One round, due or not; after the one that is under way. */
  run(now: number = Date.now()): Promise<void> {
    const round = this.#running.then(() => this.#round(now));
    this.#running = round.catch(() => {});
    return round;
  }

  async #round(now: number): Promise<void> {
    const { database, schema, days, months } = this.#options;
    const ahead = [now, now + DAY_MS, now + AHEAD_DAYS * DAY_MS];
    await days.ensure(ahead);
    await months.ensure(ahead);
    await this.#retain(now);
    await indexFinishedDays(database, schema, days, now, () => this.#stopped);
  }

  #schedule(ms: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      void this.#runIfDue()
        .catch((error) => this.#tell(error))
        .finally(() => this.#schedule(EVERY_MS));
    }, ms).unref();
  }

  /** The callback is the host's, and may throw. */
  #tell(error: unknown): void {
    // Its connection was closed under it.
    if (this.#stopped) return;
    try {
      this.#options.onError(error);
    } catch {
      // It was told; what it makes of it is its own.
    }
  }

  async #runIfDue(): Promise<void> {
    const { database, schema } = this.#options;
    const { count } = await database.use((connection) =>
      connection.query(
        `INSERT INTO ${schema}.tasks AS t (name, begun_at) VALUES ('maintenance', now())
         ON CONFLICT (name) DO UPDATE SET begun_at = now() WHERE t.begun_at < now() - interval '50 minutes' RETURNING name`,
      ),
    );
    if (count > 0) await this.run();
  }

  async #retain(now: number): Promise<void> {
    const { database, schema, days, months, retention } = this.#options;
    if (retention === false) return;
    const before = (kept: number) => now - kept * DAY_MS;
    for (const day of await days.list()) {
      const part = days.nameOf(day);
      if (this.#stopped) return;
      if (LOGS.endOf(day) <= before(retention.logDays)) await days.drop(day);
      else if (LOGS.endOf(day) <= before(retention.lowDays))
        await deleteRows(database, part, { level: 'low', timeColumn: 'at' });
    }
    for (const month of await months.list()) {
      const part = months.nameOf(month);
      if (this.#stopped || ALERTS.endOf(month) > before(retention.alertDays)) continue;
      await deleteRows(database, part, { before: before(retention.alertDays), timeColumn: 'last_at' });
      const left = await database.use((connection) => connection.query(`SELECT 1 FROM ${part} LIMIT 1`));
      if (left.count === 0) await months.drop(month);
    }
    await deleteRows(database, `${schema}.audit`, { before: before(AUDIT_DAYS), timeColumn: 'at' });
    for (const table of ['hours', 'hour_categories']) {
      await database.use((connection) =>
        connection.query(`DELETE FROM ${schema}.${table} WHERE hour < $1`, [before(retention.statisticsDays)]),
      );
    }
  }
}
