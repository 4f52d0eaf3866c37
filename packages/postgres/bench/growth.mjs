import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { embeddedPostgresStore, postgresStore } from '@api-security/postgres';
import { DAYS, START, sampleAssessments } from './sample-traffic.mjs';

/**
 * Fills a store with a month of rows through `append`, as the writer of an engine does, and measures what a dashboard asks for.
 *
 *     npm run bench:growth -- --rows 1000000 [--database-url postgres://…] [--data-dir …] [--batch 500] [--writers 2] [--repeat 40]
 *
 * Without a database it makes one in a temporary directory, which it deletes in the end. With --rows 0 it measures what is there.
 */
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    'database-url': { type: 'string' },
    'data-dir': { type: 'string' },
    batch: { type: 'string', default: '500' },
    writers: { type: 'string', default: '2' },
    repeat: { type: 'string', default: '40' },
  },
});
const rows = Number(options.rows);
const batch = Number(options.batch);
const repeat = Number(options.repeat);
const DAY_MS = 86_400_000;
const END = START + DAYS * DAY_MS;

const temporary =
  options['database-url'] === undefined && options['data-dir'] === undefined
    ? mkdtempSync(join(tmpdir(), 'api-security-growth-'))
    : null;
const common = { schema: 'growth', retention: false, statementMs: 600_000 };
const store =
  options['database-url'] === undefined
    ? embeddedPostgresStore({ dataDir: options['data-dir'] ?? temporary, ...common })
    : postgresStore({ connectionString: options['database-url'], migrate: 'auto', ...common });
const megabytes = () => Math.round(process.memoryUsage.rss() / 2 ** 20);
const log = (text) => process.stdout.write(`${text}\n`);

try {
  if (rows > 0) await load();
  const since = performance.now();
  await store.maintain();
  log(`maintenance (text indexes of ${DAYS} days): ${((performance.now() - since) / 1000).toFixed(1)} s`);
  await measure();
} finally {
  await store.close();
  if (temporary !== null) rmSync(temporary, { recursive: true, force: true });
}

async function load() {
  const source = sampleAssessments(rows);
  const since = performance.now();
  let done = 0;
  let reported = 0;
  const rss = [];
  const write = async () => {
    while (true) {
      const assessments = [];
      for (let i = 0; i < batch; i++) {
        const next = source.next();
        if (next.done) break;
        assessments.push(next.value);
      }
      if (assessments.length === 0) return;
      await store.append({ assessments, alerts: [] });
      done += assessments.length;
      if (done - reported < rows / 10) continue;
      reported = done;
      rss.push(megabytes());
      log(
        `${done} rows, ${Math.round((done / (performance.now() - since)) * 1000)} rows/s so far, host at ${rss.at(-1)} MB`,
      );
    }
  };
  await Promise.all(Array.from({ length: Number(options.writers) }, write));
  const seconds = (performance.now() - since) / 1000;
  log(
    `append: ${rows} rows in ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} rows/s, host at ${Math.min(...rss)} to ${Math.max(...rss)} MB`,
  );
}

async function measure() {
  const noon = END - 2.5 * DAY_MS;
  const deep = (await store.logs({ limit: 1, to: START + DAY_MS * 3 })).next;
  const table = [
    ['latest page', () => store.logs()],
    ['page of a level', () => store.logs({ level: 'critical' })],
    ['page of a category', () => store.logs({ category: 'ssti' })],
    ['page of an address', (i) => store.logs({ address: `203.0.${i % 80}.${i % 200}` })],
    ['page of a method and a status', () => store.logs({ method: 'POST', status: 500 })],
    ['page of a tenant and a level', () => store.logs({ tenant: 'shop-3', level: 'high' })],
    ['page of one day, 28 days ago', () => store.logs({ from: START + 2 * DAY_MS, to: START + 3 * DAY_MS })],
    ['page of a low-volume path', () => store.logs({ path: '/admin/backup' })],
    ['page of a common path', () => store.logs({ path: '/orders' })],
    ['page of a text in the evidence', () => store.logs({ text: 'union select' })],
    ['deep page by cursor', () => store.logs({ cursor: deep })],
    ['deep filtered page by cursor', () => store.logs({ cursor: deep, level: 'high' })],
    ['24-hour trend', (i) => store.hourly({ from: noon - DAY_MS - i * 1000, to: noon - i * 1000 })],
    ['hour counts of 30 days', () => store.hourly()],
    [
      'statistics of 24 hours to the ms',
      (i) => store.statistics({ from: noon - DAY_MS - i * 997, to: noon - i * 997 }),
    ],
    ['scores of 24 hours', (i) => store.scores({ from: noon - DAY_MS - i * 997, to: noon - i * 997 })],
    ['statistics of all', () => store.statistics()],
    ['open alerts', () => store.alerts()],
  ];
  log(`${'query'.padEnd(36)}${'p50 ms'.padStart(9)}${'p95 ms'.padStart(9)}${'first ms'.padStart(10)}`);
  for (const [name, query] of table) {
    const times = [];
    for (let i = 0; i <= repeat; i++) {
      const since = performance.now();
      await query(i);
      times.push(performance.now() - since);
    }
    // The first reads from the disk.
    const first = times.shift();
    times.sort((a, b) => a - b);
    const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1);
    log(`${name.padEnd(36)}${at(0.5).padStart(9)}${at(0.95).padStart(9)}${first.toFixed(1).padStart(10)}`);
  }
  await stream();
}

async function stream() {
  const before = megabytes();
  const since = performance.now();
  let streamed = 0;
  let peak = before;
  for await (const _row of store.stream()) {
    streamed += 1;
    if (streamed % 10_000 === 0) peak = Math.max(peak, megabytes());
    if (streamed === 200_000) break;
  }
  const seconds = (performance.now() - since) / 1000;
  log(
    `export stream: ${streamed} rows in ${seconds.toFixed(1)} s, ${Math.round(streamed / seconds)} rows/s, host at ${before} to ${peak} MB`,
  );
}
