import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Fault, FaultyProxy } from '@api-security/core/testing';
import { migratePostgres } from '@api-security/postgres';
import pg from 'pg';
import { LocalPostgres } from '../../postgres/test/local-postgres.js';
import { RedisServer } from '../../redis/test/servers.js';
import { Instance } from '../test/instance.js';
import { type Load, type Phase, startLoad } from './load.js';

const { values } = parseArgs({
  options: {
    rate: { type: 'string' },
    seconds: { type: 'string' },
    mode: { type: 'string' },
    /** Whether the file system of TMPDIR may be filled: a small one of its own. */
    fill: { type: 'boolean', default: false },
  },
});
/** Requests a second. */
const RATE = Number(values.rate ?? 200);
/** Seconds with a fault, and without one before it. */
const SECONDS = Number(values.seconds ?? 8);
/** Longest wait for a recovery, in seconds. */
const PATIENCE_S = 30;

/** A way to be away: how it begins, and how it ends. */
interface Outage {
  readonly name: string;
  begin(): Promise<void>;
  end(): Promise<void>;
}

/** A server that the app needs. */
interface Subject {
  readonly name: string;
  readonly outages: readonly Outage[];
  /** Whether everything that happened until now has reached it. */
  hasCaughtUp(app: Instance, load: Load): Promise<boolean>;
}

const postgres = await LocalPostgres.start();
const redis = await RedisServer.start();
const database = await new FaultyProxy(postgres.port).listen();
const cache = await new FaultyProxy(redis.port).listen();
const app = await Instance.start({
  DATABASE_URL: `postgres://postgres@127.0.0.1:${database.port}/postgres`,
  REDIS_URL: `redis://127.0.0.1:${cache.port}`,
  SCHEMA: 'outages',
  MODE: values.mode ?? 'monitor',
});
await migratePostgres({ connectionString: postgres.url, schema: 'outages' });

/** Attacks whose alerts are stored: each is of a client of its own. So much load looks like a flood as well, which is not counted. */
async function stored(): Promise<number> {
  // Pages of the store count no further than is cheap.
  const { rows } = await ask("SELECT count(*)::int AS count FROM outages.alerts WHERE category = 'sqli'");
  return (rows[0] as { count: number }).count;
}

/** Past the proxy: the app cannot be asked while it is cut off. */
async function ask(...statements: string[]): Promise<pg.QueryResult> {
  const client = new pg.Client(postgres.url);
  await client.connect();
  try {
    let result: pg.QueryResult | undefined;
    for (const statement of statements) result = await client.query(statement);
    return result as pg.QueryResult;
  } finally {
    await client.end();
  }
}

const FAULTS: readonly Fault[] = ['refused', 'reset', 'black-holed', 'slow'];
const behind = (proxy: FaultyProxy): Outage[] =>
  FAULTS.map((name) => ({ name, begin: () => proxy.begin(name), end: () => proxy.end() }));

async function readOnly(isOn: boolean): Promise<void> {
  const setting = `default_transaction_read_only = ${isOn ? 'on' : 'off'}`;
  await ask('SET default_transaction_read_only = off', `ALTER DATABASE postgres SET ${setting}`);
  // As after a failover: the connections that are open lead to the old server.
  database.drop();
}

/** The file that takes what the database would need. */
const filler = join(postgres.directory, 'filler');
/** Longest file that fills a disk, in bytes: a larger one is none that was made for this. */
const MAX_FILL = 2 ** 30;

async function fillDisk(): Promise<void> {
  const { bavail, bsize } = statfsSync(postgres.directory);
  if (bavail * bsize > MAX_FILL) throw new Error('--fill needs a TMPDIR on a small file system of its own.');
  const file = openSync(filler, 'w');
  try {
    // The last block by itself: a large write may leave room behind.
    for (const piece of [Buffer.alloc(2 ** 16), Buffer.alloc(2 ** 12)]) while (isWritten(file, piece));
  } finally {
    closeSync(file);
  }
}

function isWritten(file: number, piece: Buffer): boolean {
  try {
    return writeSync(file, piece) > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

/** Postgres ends itself where it cannot write what it has promised to; somebody makes room and starts it. */
async function emptyDisk(): Promise<void> {
  rmSync(filler);
  if (!postgres.isRunning) await postgres.resume();
}

const SUBJECTS: readonly Subject[] = [
  {
    name: 'Postgres',
    outages: [
      ...behind(database),
      { name: 'read-only', begin: () => readOnly(true), end: () => readOnly(false) },
      { name: 'killed', begin: () => postgres.kill(), end: () => postgres.resume() },
      ...(values.fill ? [{ name: 'disk full', begin: fillDisk, end: emptyDisk }] : []),
    ],
    hasCaughtUp: async (_app, load) => (await stored().catch(() => -1)) >= load.attacks - 1,
  },
  {
    name: 'Redis',
    outages: [...behind(cache), { name: 'killed', begin: () => redis.kill(), end: () => redis.start() }],
    hasCaughtUp: async (running) => (await running.state()).troubled.length === 0,
  },
];

const load = startLoad(app.port, { rate: RATE });
await wait(3_000);
const rows: Record<string, string | number>[] = [];
for (const subject of SUBJECTS) {
  for (const outage of subject.outages) rows.push(await measure(subject, outage));
}
const sent = load.attacks;
load.stop();
await wait(2_000);
const lost = sent - (await stored());
const { dropped, errors, requests, unscored } = await app.state();
await app.close();
await Promise.all([database.close(), cache.close(), postgres.stop(), redis.stop()]);

const columns = Object.keys(rows[0] ?? {});
const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => String(row[column]).length)));
const line = (cells: readonly (string | number)[]): string =>
  cells.map((cell, i) => String(cell).padEnd(widths[i] ?? 0)).join('  ');
process.stdout.write(`${[line(columns), ...rows.map((row) => line(Object.values(row)))].join('\n')}\n`);
process.stdout.write(
  `${requests} requests at ${RATE}/s, ${unscored} unscored; ${sent} attacks, alerts lost ${lost}; rows dropped ${dropped}, errors ${errors}\n`,
);
process.exitCode = lost > 0 || rows.some(({ failed }) => failed !== 0) ? 1 : 0;

async function measure(subject: Subject, outage: Outage): Promise<Record<string, string | number>> {
  load.nextPhase();
  await wait(SECONDS * 1_000);
  const before: Phase = load.nextPhase();
  await outage.begin();
  await wait(SECONDS * 1_000);
  const during = load.nextPhase();
  await outage.end();
  const endedMs = performance.now();
  let recovered = 'never';
  while (performance.now() - endedMs < PATIENCE_S * 1_000) {
    if (await subject.hasCaughtUp(app, load)) {
      recovered = ((performance.now() - endedMs) / 1_000).toFixed(1);
      break;
    }
    await wait(50);
  }
  const after = load.nextPhase();
  return {
    server: subject.name,
    outage: outage.name,
    requests: during.requests,
    failed: before.failed + during.failed + after.failed,
    'p50 before': before.p50.toFixed(1),
    'p50 during': during.p50.toFixed(1),
    'p99 before': before.p99.toFixed(1),
    'p99 during': during.p99.toFixed(1),
    'added p99 ms': (during.p99 - before.p99).toFixed(1),
    'recovery s': recovered,
  };
}
