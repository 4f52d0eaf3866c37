import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { AppState } from './app-clients.js';
import type { CallTime, StoreMemory, StoreTask } from './store-clients.js';

const { values } = parseArgs({
  options: {
    /** Clients of the whole app; 0 leaves it out. */
    'app-clients': { type: 'string', default: '100000' },
    json: { type: 'string' },
  },
});
const APP_CLIENTS = Number(values['app-clients']);
/** Requests after which the app has grown to what its load needs. */
const WARM_UP_REQUESTS = 30_000;
const WARM_UP_CLIENTS = 50;
const CONNECTIONS = 32;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const CASES: readonly (StoreTask & { readonly name: string })[] = [
  { name: 'none', clients: 0, stepsEach: 1, cutFromHeaders: false },
  { name: '1,000 with 1 step', clients: 1_000, stepsEach: 1, cutFromHeaders: false },
  { name: '1,000 with 16 steps', clients: 1_000, stepsEach: 16, cutFromHeaders: false },
  { name: '100,000 with 1 step', clients: 100_000, stepsEach: 1, cutFromHeaders: false },
  { name: '100,000 with 1 to 16, geometric', clients: 100_000, stepsEach: 'geometric', cutFromHeaders: false },
  { name: '100,000 with 16 steps', clients: 100_000, stepsEach: 16, cutFromHeaders: false },
  { name: '100,000 with 1 or 2, all that fits', clients: 100_000, stepsEach: 'one or two', cutFromHeaders: false },
  { name: '100,000, keys cut from headers', clients: 100_000, stepsEach: 1, cutFromHeaders: true },
  { name: '1,000,000 with 1 step', clients: 1_000_000, stepsEach: 1, cutFromHeaders: false },
  { name: '1,000,000 with 1 or 2', clients: 1_000_000, stepsEach: 'one or two', cutFromHeaders: false },
];

/** A process of its own for each case, that can collect its garbage when it is told. */
function start(file: string): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), { execArgv: [...process.execArgv, '--expose-gc'] });
}

async function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  const ended = once(child, 'exit').then(() => {
    throw new Error('a process ended before it answered');
  });
  const [answer] = (await Promise.race([once(child, 'message'), ended])) as [Answer];
  ended.catch(() => {});
  return answer;
}

async function measureStore(task: StoreTask): Promise<StoreMemory> {
  const child = start('./store-clients.ts');
  child.send(task);
  return answerOf(child);
}

/** What clients ask for: pages, each of its own; or with one request in twenty an attack and one in ten a log-in that fails. */
type Visits = 'pages' | 'attacks too';

function send(port: number, agent: Agent, visits: Visits, client: number, i: number): Promise<void> {
  const address = `${20 + ((client >> 24) & 63)}.${(client >> 16) & 255}.${(client >> 8) & 255}.${client & 255}`;
  const path =
    visits === 'attacks too' && i % 20 === 0
      ? `/items?id=${i}%27%20UNION%20SELECT%20password%20FROM%20users--`
      : `/items/${i}/word${i}`;
  const isLogin = visits === 'attacks too' && i % 10 === 5;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        method: isLogin ? 'POST' : 'GET',
        path: isLogin ? `/login?user=user${client}` : path,
        headers: { 'x-forwarded-for': address },
      },
      (response) => {
        response.resume();
        response.on('end', resolve);
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

async function sendAll(requests: number, sendOne: (i: number) => Promise<void>): Promise<number> {
  const begunMs = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (next < requests) {
        const i = next++;
        await sendOne(i);
      }
    }),
  );
  return (requests * 1_000) / (performance.now() - begunMs);
}

interface AppMemory {
  readonly visits: Visits;
  readonly clients: number;
  /** After the warm-up, and after one request of each client. */
  readonly states: readonly [before: AppState, after: AppState];
  /** Requests a second in either. */
  readonly rates: readonly [before: number, after: number];
}

/** What a whole app has grown by after one request each of so many clients, and by nothing that its load alone takes. */
async function measureApp(visits: Visits, clients: number): Promise<AppMemory> {
  const child = start('./app-clients.ts');
  const port = await answerOf<number>(child);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const state = (): Promise<AppState> => {
    child.send('state');
    return answerOf<AppState>(child);
  };
  const fewRate = await sendAll(WARM_UP_REQUESTS, (i) => send(port, agent, visits, i % WARM_UP_CLIENTS, i));
  const before = await state();
  const manyRate = await sendAll(clients, (i) => send(port, agent, visits, WARM_UP_CLIENTS + i, i));
  const after = await state();
  agent.destroy();
  child.disconnect();
  return { visits, clients, states: [before, after], rates: [fewRate, manyRate] };
}

const us = ({ p50, p99 }: CallTime): string => `${p50.toFixed(1)} / ${p99.toFixed(1)}`.padStart(13);
print(
  `${'clients of the memory store'.padEnd(36)}${['held', 'RSS', 'heap'].map((name) => name.padStart(10)).join('')}${['recent', 'append', 'newcomer'].map((name) => name.padStart(13)).join('')}  µs, p50 / p99`,
);
const stores: (StoreMemory & { readonly name: string })[] = [];
for (const { name, ...task } of CASES) {
  const memory = await measureStore(task);
  stores.push({ name, ...memory });
  const { held, rssBytes, heapBytes, recent, append, newcomer } = memory;
  print(
    `${name.padEnd(36)}${[held.toLocaleString('en'), mb(rssBytes), mb(heapBytes)].map((cell) => cell.padStart(10)).join('')}${us(recent)}${us(append)}${us(newcomer)}`,
  );
}

const apps: AppMemory[] = [];
for (const visits of ['pages', 'attacks too'] as const) {
  if (APP_CLIENTS === 0) continue;
  const app = await measureApp(visits, APP_CLIENTS);
  apps.push(app);
  print(`\nA whole Express app, one request each of ${APP_CLIENTS.toLocaleString('en')} clients: ${visits}`);
  const [before, after] = app.states;
  const row = (name: string, cells: readonly string[]): void =>
    print(`${name.padEnd(36)}${cells.map((cell) => cell.padStart(12)).join('')}`);
  row('', ['before', 'after']);
  row(
    'RSS',
    app.states.map(({ rssBytes }) => mb(rssBytes)),
  );
  row(
    'heap',
    app.states.map(({ heapBytes }) => mb(heapBytes)),
  );
  row(
    'sequences held',
    app.states.map(({ clientsHeld }) => String(clientsHeld)),
  );
  row('requests, alerts', [`${before.requests}, ${before.alerts}`, `${after.requests}, ${after.alerts}`]);
  row(
    'requests a second',
    app.rates.map((rate) => rate.toFixed(0)),
  );
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ stores, apps }, null, 2)}\n`);
