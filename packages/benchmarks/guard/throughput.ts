import { setTimeout as wait } from 'node:timers/promises';
import { type Counted, type Framework, GUARDS, type Guard, GuardedHost } from './guarded-host.js';
import { KeepAliveConnection } from './keep-alive-connection.js';
import { type Quartiles, quantile, quartiles } from './quantiles.js';
import type { Traffic } from './traffic.js';
import { warmUp } from './warm-up.js';

/** Time for work that a guard puts off until after the answers, in ms. */
const SETTLE_MS = 150;

/** What is left of an app's throughput behind a guard, and what a request costs it. */
export interface Throughput {
  readonly framework: Framework;
  readonly traffic: string;
  readonly connections: number;
  readonly guard: Guard;
  readonly requestsPerSecond: Quartiles;
  /** Over the bare app's in the same round. */
  readonly ratio: Quartiles;
  /** CPU time of the whole process for a request, less the bare app's in the same round, in µs. */
  readonly addedCpuMicros: Quartiles;
  /** Share of the time with a core to itself that the server used, in [0, 1]: near 1 it was what was measured, and not the load. */
  readonly busy: number;
  /** Share of the time that the server was ready to run and had no core, in [0, 1]: others used the machine. */
  readonly waiting: number;
  /** Share of the requests that were assessed, in [0, 1]; null for guards that do not say. */
  readonly assessed: number | null;
  /** Requests that were not answered with 2xx. */
  readonly refused: number;
}

/** How long to measure. */
export interface ThroughputPlan {
  readonly rounds: number;
  /** Time of one host in one round, in ms. */
  readonly windowMs: number;
}

interface Window {
  readonly requestsPerSecond: number;
  readonly cpuMicros: number;
  readonly busy: number;
  readonly waiting: number;
  readonly refused: number;
}

/** Loads the guards of one framework in turn, round by round, each round begun by another. */
export async function measureThroughput(
  framework: Framework,
  traffic: Traffic,
  connections: readonly number[],
  { rounds, windowMs }: ThroughputPlan,
  guards: readonly Guard[] = GUARDS[framework],
): Promise<Throughput[]> {
  const hosts = await Promise.all(guards.map((guard) => GuardedHost.start(framework, guard)));
  for (const host of hosts) await warmUp(host, traffic);
  const results: Throughput[] = [];
  for (const count of connections) {
    const before = await Promise.all(hosts.map((host) => host.counted()));
    const windows = hosts.map((): Window[] => []);
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < hosts.length; turn++) {
        const i = (turn + round) % hosts.length;
        windows[i]?.push(await load(hosts[i] as GuardedHost, traffic, count, windowMs));
      }
    }
    const after = await Promise.all(hosts.map((host) => host.counted()));
    const bare = windows[guards.indexOf('bare')] ?? [];
    hosts.forEach(({ guard }, i) => {
      const own = windows[i] ?? [];
      results.push({
        framework,
        traffic: traffic.name,
        connections: count,
        guard,
        requestsPerSecond: quartiles(own.map((window) => window.requestsPerSecond)),
        ratio: quartiles(own.map((window, k) => window.requestsPerSecond / (bare[k]?.requestsPerSecond ?? Number.NaN))),
        addedCpuMicros: quartiles(own.map((window, k) => window.cpuMicros - (bare[k]?.cpuMicros ?? Number.NaN))),
        busy: quantile(
          own.map((window) => window.busy),
          0.5,
        ),
        waiting: quantile(
          own.map((window) => window.waiting),
          0.5,
        ),
        assessed: shareOf(before[i] ?? null, after[i] ?? null),
        refused: own.reduce((sum, { refused }) => sum + refused, 0),
      });
    });
  }
  await Promise.all(hosts.map((host) => host.close()));
  return results;
}

async function load(host: GuardedHost, traffic: Traffic, connections: number, windowMs: number): Promise<Window> {
  const open = await Promise.all(
    Array.from({ length: connections }, (_, i) => KeepAliveConnection.open(host.port, `127.0.1.${(i % 250) + 1}`)),
  );
  let sent = Math.floor(Math.random() * traffic.requests.length);
  let answered = 0;
  let refused = 0;
  await host.begin();
  const startedMs = performance.now();
  await Promise.all(
    open.map(async (connection) => {
      while (performance.now() - startedMs < windowMs) {
        const status = await connection.send(traffic.requests[sent++ % traffic.requests.length] as Buffer);
        answered += 1;
        if (status < 200 || status > 299) refused += 1;
      }
    }),
  );
  const elapsedMs = performance.now() - startedMs;
  await wait(SETTLE_MS);
  const { cpuMicros, waitedMicros } = await host.end();
  const waitedMs = waitedMicros / 1_000;
  for (const connection of open) connection.close();
  return {
    requestsPerSecond: (answered / elapsedMs) * 1_000,
    cpuMicros: cpuMicros / answered,
    busy: Math.min(1, cpuMicros / 1_000 / (elapsedMs - waitedMs)),
    waiting: waitedMs / elapsedMs,
    refused,
  };
}

function shareOf(before: Counted | null, after: Counted | null): number | null {
  if (before === null || after === null) return null;
  return (after.scored - before.scored) / (after.requests - before.requests);
}
