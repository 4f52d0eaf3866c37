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
import { Turns } from './turns.js';

const FULL_MINUTES = 24;
/** Time that clients may take beyond the last start. */
const GRACE_SECONDS = 5;
/** Time that a client may take to end once it was told to. */
const ENDING_MS = 15_000;

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
/** Clients of a lane whose turn did not come. */
let skipped = 0;

async function play(client: PlannedClient): Promise<void> {
  const { kind, api, link, addresses } = client;
  const relays = addresses.map(
    (localAddress, index) => new Relay({ port: ports[api.name] ?? 0, localAddress }, link, client.seed + index),
  );
  const own = await Promise.all(relays.map((relay) => relay.listen()));
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const leftMs = seconds * 1000 + GRACE_SECONDS * 1000 - (performance.now() - startedAt);
  const timer = setTimeout(() => controller.abort(), Math.max(1000, Math.min(kind.maxSeconds * 1000, leftMs)));
  const turns = new Turns();
  const session: Session = {
    api,
    port: own[0] ?? 0,
    ports: own,
    random: new Random(client.seed),
    signal: controller.signal,
    turns,
    workDir,
  };
  const from = Date.now();
  active++;
  try {
    const ended = client.prepared.run(session).then(() => true);
    if (!(await Promise.race([ended, pastEnd(controller.signal)]))) say(`lab: ${kind.name} on ${api.name} did not end`);
  } catch (error) {
    say(`lab: ${kind.name} on ${api.name}: ${String(error)}`);
  }
  active--;
  clearTimeout(timer);
  controller.abort();
  // What is on its way still arrives before the relay goes.
  setTimeout(
    () => {
      for (const relay of relays) relay.close();
    },
    2000 + link.delayMs * 3,
  );
  done++;
  const { name, pattern, tool } = kind;
  const label = pattern === null ? 'benign' : kind.mixed ? 'mixed' : 'attack';
  const line = {
    label,
    pattern,
    kind: name,
    tool,
    api: api.name,
    run: client.run,
    parameters: client.prepared.parameters,
    link,
    from,
    to: Date.now(),
    ...(addresses.length > 1 ? { campaign: addresses[0] } : {}),
    ...(kind.mixed ? { attackSpans: turns.attackSpans } : {}),
  };
  for (const address of addresses) labels.write(`${JSON.stringify({ address, ...line })}\n`);
}

/** False some time after the signal: one client that hangs must not keep the recording. */
function pastEnd(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => setTimeout(() => resolve(false), ENDING_MS).unref(), { once: true });
  });
}

async function wait(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Plays clients one after another, evenly over the time there is. */
async function playLane(queue: readonly PlannedClient[], pauseMs: number): Promise<void> {
  for (const [index, client] of queue.entries()) {
    const dueMs = (index / queue.length) * (seconds - 8) * 1000;
    await wait(Math.max(pauseMs, dueMs - (performance.now() - startedAt)));
    if (over()) {
      skipped += queue.length - index;
      return;
    }
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
say(`lab: ${done} clients recorded, ${skipped} had no turn`);
process.exit(0);
