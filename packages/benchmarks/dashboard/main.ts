import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { postgresStore } from '@api-security/postgres';
import { type Browser, chromium } from 'playwright-core';
import { DAYS, sampleAssessments } from '../../postgres/bench/sample-traffic.mjs';
import { LocalPostgres } from '../../postgres/test/local-postgres.js';
import { startLoad } from '../outages/load.js';
import { Instance } from '../test/instance.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    repeat: { type: 'string', default: '40' },
    rate: { type: 'string', default: '150' },
    seconds: { type: 'string', default: '20' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
});
const rows = Number(values.rows);
const BATCH = 500;
const DAY_MS = 86_400_000;
const SPAN_MS = DAYS * DAY_MS;
const openedAt = Date.now();
/** Dashboards that are open at once. */
const DASHBOARDS = 5;

/** What each page asks for when it is opened; a span that begins a little earlier each time, so that no answer is a kept one. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  overview: ['stats?from={day}', 'stats/hourly?from={day}', 'scores?limit=500&from={day}', 'alerts?limit=6', 'health'],
  'analytics, 24 hours': ['stats/hourly?from={day}', 'scores?limit=500&from={day}', 'top?from={day}'],
  'analytics, 30 days': ['stats/hourly?from={month}', 'scores?limit=500&from={week}', 'top?from={month}'],
  logs: ['logs?limit=25'],
  'logs, filtered': ['logs?limit=25&level=critical&category=sqli'],
  'logs, searched': ['logs?limit=25&text=union%20select'],
  alerts: ['alerts?limit=20', 'settings'],
  client: ['clients/203.0.7.70'],
  clients: ['top?from={month}', 'bans'],
  models: ['models', 'health'],
  'what if': ['settings', 'what-if?medium=0.3&high=0.5&critical=0.9'],
  changes: ['audit?limit=25'],
};

const log = (text: string): boolean => process.stdout.write(`${text}\n`);
const server = await LocalPostgres.start();
const app = await Instance.start({ DATABASE_URL: server.url, SCHEMA: 'bench' });
const url = `http://127.0.0.1:${app.port}/security/`;
let browser: Browser | null = null;
try {
  await fill();
  await measurePages();
  browser = await chromium.launch({ executablePath: values.chromium, args: ['--no-sandbox', '--disable-gpu'] });
  await measureFirstPage(browser);
  await browser.close();
  await measureHost();
} finally {
  await browser?.close();
  await app.close();
  await server.stop();
}

/** A month that ends now. */
async function fill(): Promise<void> {
  const store = postgresStore({ connectionString: server.url, schema: 'bench', migrate: 'auto', retention: false });
  const source = sampleAssessments(rows, Date.now() - SPAN_MS);
  for (let done = 0; done < rows; done += BATCH) {
    const assessments = Array.from({ length: Math.min(BATCH, rows - done) }, () => source.next().value);
    await store.append({ assessments, alerts: [] });
  }
  await store.maintain();
  await store.close();
  log(`${rows} rows over ${DAYS} days`);
}

async function measurePages(): Promise<void> {
  for (const [page, paths] of Object.entries(PAGES)) {
    const times: number[] = [];
    for (let i = 0; i <= Number(values.repeat); i++) {
      const beginMs = performance.now();
      // As a browser does: all at once.
      const answers = await Promise.all(paths.map((path) => fetch(addressOf(path, i)).then(consumed)));
      times.push(performance.now() - beginMs);
      const failed = answers.find(({ ok }) => !ok);
      if (failed !== undefined) throw new Error(`${failed.url} answers ${failed.status}`);
    }
    // The first one reads from the disk.
    const first = times.shift() ?? 0;
    log(`${page.padEnd(22)} p50 ${at(times, 0.5)}  p95 ${at(times, 0.95)}  first ${first.toFixed(0).padStart(5)} ms`);
  }
}

async function measureFirstPage(opened: Browser): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < 10; i++) {
    const context = await opened.newContext();
    const page = await context.newPage();
    const beginMs = performance.now();
    await page.goto(`${url}#/overview`);
    await page.locator('.tile dd').first().filter({ hasText: /\d/ }).waitFor();
    await page.locator('.recharts-surface').nth(1).waitFor();
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    times.push(performance.now() - beginMs);
    await context.close();
  }
  log(`overview, everything shown in Chromium: p50 ${at(times, 0.5)}  worst ${at(times, 1)} ms`);
}

async function measureHost(): Promise<void> {
  const load = startLoad(app.port, { rate: Number(values.rate) });
  const span = async (): Promise<string> => {
    await wait(2_000);
    load.nextPhase();
    await wait(Number(values.seconds) * 1_000);
    const { requests, failed, p50, p99 } = load.nextPhase();
    return `${requests} requests, failed ${failed}, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
  };
  for (let round = 0; round < 3; round++) {
    log(`host without dashboards: ${await span()}`);
    const leaving = new AbortController();
    const watching = Array.from({ length: DASHBOARDS }, () => watch(leaving.signal));
    log(`host with ${DASHBOARDS} dashboards open: ${await span()}`);
    leaving.abort();
    await Promise.allSettled(watching);
  }
  load.stop();
}

/** Asks for what the first page asks for while it is open under an attack. The browsers themselves are on other machines. */
async function watch(signal: AbortSignal): Promise<void> {
  const ask = (paths: readonly string[]): Promise<unknown> =>
    Promise.all(paths.map((path) => fetch(`${url}api/${path}`, { signal }).then(consumed)));
  const stream = await fetch(`${url}api/events`, { signal });
  const reading = stream.body?.pipeTo(new WritableStream(), { signal }).catch(() => {});
  for (let second = 0; !signal.aborted; second++) {
    await ask(['alerts?limit=6', 'alerts?limit=1']);
    if (second % 10 === 0) await ask(['stats', 'stats/hourly', 'scores?limit=500', 'health']);
    await wait(1_000, undefined, { signal });
  }
  await reading;
}

function addressOf(path: string, i: number): string {
  const from = (spanMs: number): string => String(openedAt - spanMs - i);
  const spans = { '{day}': DAY_MS, '{week}': 7 * DAY_MS, '{month}': SPAN_MS };
  const asked = Object.entries(spans).reduce((text, [name, spanMs]) => text.replace(name, from(spanMs)), path);
  return `${url}api/${asked}`;
}

async function consumed(response: Response): Promise<Response> {
  await response.arrayBuffer();
  return response;
}

function at(times: readonly number[], share: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0).padStart(5);
}
