import { type ChildProcess, fork } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { HostReady } from './host.js';
import { makePlan, type PlannedClient } from './plan.js';
import { Random } from './random.js';
import { Relay } from './relay.js';
import type { Session } from './session.js';

const FULL_MINUTES = 22;
/** Time that clients may take beyond the last start. */
const GRACE_SECONDS = 5;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: String(FULL_MINUTES) },
    out: { type: 'string', default: '.work/lab' },
    only: { type: 'string' },
    share: { type: 'string' },
    seed: { type: 'string', default: '1' },
    host: { type: 'string', default: fileURLToPath(new URL('./host.ts', import.meta.url)) },
  },
});

const seconds = Number(values.minutes) * 60;
const share = values.share === undefined ? Number(values.minutes) / FULL_MINUTES : Number(values.share);
const only = values.only === undefined ? null : new RegExp(values.only);
const out = resolve(values.out);
const workDir = join(out, 'tools');

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function startHost(): Promise<{ child: ChildProcess; ports: Readonly<Record<string, number>> }> {
  const child = fork(values.host, [join(out, 'steps.bin')], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ready = await new Promise<HostReady>((resolve, reject) => {
    child.once('message', (message) => resolve(message as HostReady));
    child.once('exit', (code) => reject(new Error(`The API host ended with ${code}.`)));
  });
  return { child, ports: ready.ports };
}

await rm(out, { recursive: true, force: true });
await mkdir(workDir, { recursive: true });
const { child, ports } = await startHost();
const clients = makePlan(Number(values.seed), share, seconds, only);
const labels = createWriteStream(join(out, 'clients.jsonl'));
await writeFile(
  join(out, 'lab.json'),
  JSON.stringify({
    seed: Number(values.seed),
    minutes: Number(values.minutes),
    share,
    only: values.only ?? null,
    startedAt: new Date().toISOString(),
  }),
);
say(`lab: ${clients.length} clients in ${values.minutes} minutes, ${out}`);

const startedAt = performance.now();
const over = (): boolean => performance.now() - startedAt > seconds * 1000;
let done = 0;
let active = 0;

async function play(client: PlannedClient): Promise<void> {
  const { kind, api, link, address } = client;
  const relay = new Relay({ port: ports[api.name] ?? 0, localAddress: address }, link, client.seed);
  const port = await relay.listen();
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const leftMs = seconds * 1000 + GRACE_SECONDS * 1000 - (performance.now() - startedAt);
  const timer = setTimeout(() => controller.abort(), Math.max(1000, Math.min(kind.maxSeconds * 1000, leftMs)));
  const session: Session = { api, port, random: new Random(client.seed), signal: controller.signal, workDir };
  const from = Date.now();
  active++;
  try {
    await client.prepared.run(session);
  } catch (error) {
    say(`lab: ${kind.name} on ${api.name}: ${String(error)}`);
  }
  active--;
  clearTimeout(timer);
  controller.abort();
  // What is on its way still arrives before the relay goes.
  setTimeout(() => relay.close(), 2000 + link.delayMs * 3);
  done++;
  const { name, pattern, tool } = kind;
  const label = pattern === null ? 'benign' : 'attack';
  labels.write(
    `${JSON.stringify({ address, label, pattern, kind: name, tool, api: api.name, run: client.run, parameters: client.prepared.parameters, link, from, to: Date.now() })}\n`,
  );
}

async function wait(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Plays clients one after another, evenly over the time there is. */
async function playLane(queue: readonly PlannedClient[], pauseMs: number): Promise<void> {
  for (const [index, client] of queue.entries()) {
    const dueMs = (index / queue.length) * (seconds - 8) * 1000;
    await wait(Math.max(pauseMs, dueMs - (performance.now() - startedAt)));
    if (over()) return;
    await play(client);
  }
}

async function playAt(client: PlannedClient): Promise<void> {
  await wait(client.startSeconds * 1000);
  await play(client);
}

const order = new Random(Number(values.seed) + 1);
const lane = (name: string): PlannedClient[] => order.shuffle(clients.filter(({ kind }) => kind.lane === name));
const tools = lane('tool');
const half = Math.ceil(tools.length / 2);
const report = setInterval(() => {
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  say(`lab: ${minutes} min, ${done} clients done, ${active} active`);
}, 30_000);
await Promise.all([
  ...lane('open').map(playAt),
  playLane(tools.slice(0, half), 100),
  playLane(tools.slice(half), 100),
  playLane(lane('flood'), 1500),
]);
clearInterval(report);
await wait(3000);
await new Promise((resolve) => labels.end(resolve));
child.send('stop');
await new Promise((resolve) => child.once('exit', resolve));
await rm(workDir, { recursive: true, force: true });
say(`lab: ${done} clients recorded`);
process.exit(0);
