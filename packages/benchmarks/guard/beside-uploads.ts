import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Framework, type Guard, GuardedHost } from './guarded-host.js';
import { KeepAliveConnection } from './keep-alive-connection.js';
import { type Quartiles, quantile, quartiles } from './quantiles.js';
import { type Traffic, TrafficSource } from './traffic.js';
import type { UploadKind } from './upload.js';
import { warmUp } from './warm-up.js';

const UPLOAD_BYTES = 10 * 2 ** 20;
/** Connections of the other clients, and their requests a second, all together: far from what the app can do. */
const CONNECTIONS = 32;
const RATE = 250;

/** How the other clients of a host fare while one uploads. Times in ms. */
export interface BesideUploads {
  readonly framework: Framework;
  readonly guard: Guard;
  readonly upload: UploadKind;
  readonly idleP50: Quartiles;
  readonly idleP99: Quartiles;
  readonly p50: Quartiles;
  readonly p99: Quartiles;
  /** Of the p99 beside uploads over the one of the same host in the same round without. */
  readonly toIdle: Quartiles;
  /** Of the p99 beside uploads over that of the bare app beside the same uploads, in the same round. */
  readonly toBare: Quartiles;
  readonly uploadsPerSecond: number;
  readonly refusedUploads: number;
}

/** How long to measure. */
export interface UploadPlan {
  readonly rounds: number;
  /** Time without uploads, and with them, of one host in one round, in ms. */
  readonly windowMs: number;
}

interface Round {
  readonly idle: readonly number[];
  readonly loaded: readonly number[];
  readonly uploads: number;
  readonly refused: number;
}

/** Measures the latency of small GETs that come at a constant rate, without and with a client that uploads 10 MB again and again. */
export async function measureBesideUploads(
  framework: Framework,
  kinds: readonly UploadKind[],
  guards: readonly Guard[],
  { rounds, windowMs }: UploadPlan,
): Promise<BesideUploads[]> {
  const hosts = await Promise.all(guards.map((guard) => GuardedHost.start(framework, guard)));
  const traffic = new TrafficSource(6).gets(20_000);
  for (const host of hosts) await warmUp(host, traffic);
  const results: BesideUploads[] = [];
  for (const upload of kinds) {
    const uploader = await Uploader.start(upload);
    const measured = hosts.map((): Round[] => []);
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < hosts.length; turn++) {
        const i = (turn + round) % hosts.length;
        const { port } = hosts[i] as GuardedHost;
        const idle = await latencies(port, traffic, windowMs);
        uploader.begin(port);
        await wait(200);
        const loaded = await latencies(port, traffic, windowMs);
        measured[i]?.push({ idle, loaded, ...(await uploader.stop()) });
      }
    }
    uploader.close();
    const p99 = (values: readonly number[] | undefined): number => quantile(values ?? [], 0.99);
    const bare = measured[guards.indexOf('bare')] ?? [];
    hosts.forEach(({ guard }, i) => {
      const own = measured[i] ?? [];
      const sum = (of: (round: Round) => number): number => own.reduce((total, round) => total + of(round), 0);
      results.push({
        framework,
        guard,
        upload,
        idleP50: quartiles(own.map(({ idle }) => quantile(idle, 0.5))),
        idleP99: quartiles(own.map(({ idle }) => p99(idle))),
        p50: quartiles(own.map(({ loaded }) => quantile(loaded, 0.5))),
        p99: quartiles(own.map(({ loaded }) => p99(loaded))),
        toIdle: quartiles(own.map(({ idle, loaded }) => p99(loaded) / p99(idle))),
        toBare: quartiles(own.map(({ loaded }, k) => p99(loaded) / p99(bare[k]?.loaded))),
        uploadsPerSecond: sum(({ uploads }) => uploads) / ((rounds * windowMs) / 1_000),
        refusedUploads: sum(({ refused }) => refused),
      });
    });
  }
  await Promise.all(hosts.map((host) => host.close()));
  return results;
}

/** Of requests at a constant rate, from when each was due: one that had to wait for a connection counts its waiting. */
async function latencies(port: number, traffic: Traffic, forMs: number): Promise<number[]> {
  const free = await Promise.all(Array.from({ length: CONNECTIONS }, () => KeepAliveConnection.open(port)));
  const all = [...free];
  const waiting: (() => void)[] = [];
  const times: number[] = [];
  const under: Promise<void>[] = [];
  const startedMs = performance.now();
  let sent = 0;
  const send = async (request: Buffer): Promise<void> => {
    const dueMs = performance.now();
    while (free.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    const connection = free.pop() as KeepAliveConnection;
    await connection.send(request);
    times.push(performance.now() - dueMs);
    free.push(connection);
    waiting.shift()?.();
  };
  while (performance.now() - startedMs < forMs) {
    const due = ((performance.now() - startedMs) / 1_000) * RATE;
    for (; sent < due; sent++) under.push(send(traffic.requests[sent % traffic.requests.length] as Buffer));
    await wait(1);
  }
  await Promise.all(under);
  for (const connection of all) connection.close();
  return times;
}

/** The client that uploads, in a process of its own. */
class Uploader {
  private constructor(readonly process: ChildProcess) {}

  static async start(kind: UploadKind): Promise<Uploader> {
    const child = fork(fileURLToPath(new URL('upload-client.ts', import.meta.url)), [kind, String(UPLOAD_BYTES)]);
    await once(child, 'message');
    return new Uploader(child);
  }

  begin(port: number): void {
    this.process.send(port);
  }

  /** Waits for the upload under way. */
  async stop(): Promise<{ uploads: number; refused: number }> {
    this.process.send('stop');
    const [counts] = await once(this.process, 'message');
    return counts;
  }

  close(): void {
    this.process.disconnect();
  }
}
