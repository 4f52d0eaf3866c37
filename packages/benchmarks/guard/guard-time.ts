import { Clients } from './clients.js';
import type { Framework, Guard } from './guarded-host.js';
import { GUARDS, GuardedHost } from './guarded-host.js';
import { type Quartiles, quantile, quartiles } from './quantiles.js';
import type { Traffic } from './traffic.js';

/** Percentiles in µs. */
export interface Times {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** What one guard cost one kind of traffic. */
export interface GuardTime {
  readonly framework: Framework;
  readonly traffic: string;
  readonly guard: Guard;
  readonly requests: number;
  /** Requests that were not answered with 2xx. */
  readonly refused: number;
  /** From entering the guard until the next middleware ran, or until it answered; null for a guard that is no middleware. */
  readonly inGuard: Times | null;
  /** From the server's `request` event until the handler ran, less what the bare app needed; null where most were refused. */
  readonly added: Times | null;
  /** Of its medians in one round over those of the other guard in the same round: in the guard, and added. */
  readonly ratios: Readonly<Partial<Record<Guard, { readonly inGuard: Quartiles; readonly added: Quartiles }>>>;
}

/** How long to measure. */
export interface GuardTimePlan {
  readonly rounds: number;
  /** Requests of one host in one round. */
  readonly requests: number;
  /** Rounds that are not counted. */
  readonly warmUp: number;
}

interface Round {
  readonly inGuard: readonly number[];
  readonly untilHandler: readonly number[];
}

/**
 * Measures inside the servers of one framework, one request after the other, sent by many clients in turn. The guards take turns
 * round by round, each round begun by another.
 */
export async function measureGuardTime(
  framework: Framework,
  traffic: readonly Traffic[],
  plan: GuardTimePlan,
  guards: readonly Guard[] = GUARDS[framework],
): Promise<GuardTime[]> {
  const hosts = await Promise.all(guards.map((guard) => GuardedHost.start(framework, guard, { stopwatch: true })));
  const results: GuardTime[] = [];
  for (const one of traffic) results.push(...(await measureTraffic(hosts, one, plan)));
  await Promise.all(hosts.map((host) => host.close()));
  return results;
}

async function measureTraffic(
  hosts: readonly GuardedHost[],
  traffic: Traffic,
  plan: GuardTimePlan,
): Promise<GuardTime[]> {
  const clients = await Promise.all(hosts.map(({ port }) => Clients.open(port)));
  for (const each of clients) await each.become(traffic.requests);
  const rounds = hosts.map((): Round[] => []);
  const refused = hosts.map(() => 0);
  for (let round = -plan.warmUp; round < plan.rounds; round++) {
    const first = (round + plan.warmUp) * plan.requests;
    for (let turn = 0; turn < hosts.length; turn++) {
      const i = (turn + round + plan.warmUp) % hosts.length;
      const host = hosts[i] as GuardedHost;
      await host.begin();
      for (let sent = 0; sent < plan.requests; sent++) {
        const request = traffic.requests[(first + sent) % traffic.requests.length] as Buffer;
        const status = await (clients[i] as Clients).send(request);
        if (round >= 0 && (status < 200 || status > 299)) refused[i] = (refused[i] ?? 0) + 1;
      }
      const { guard, untilHandler, rejection } = await host.end();
      if (round >= 0) rounds[i]?.push({ inGuard: guard.length > rejection.length ? guard : rejection, untilHandler });
    }
  }
  for (const each of clients) each.close();

  const bare = rounds[hosts.findIndex(({ guard }) => guard === 'bare')] ?? [];
  const bareTimes = timesOf(bare.flatMap(({ untilHandler }) => untilHandler));
  return hosts.map(({ framework, guard }, i) => {
    const own = rounds[i] ?? [];
    const inGuard = timesOf(own.flatMap((round) => round.inGuard));
    // What little of refused traffic reaches the handler is no measure of it.
    const isLetThrough = (refused[i] ?? 0) < (plan.rounds * plan.requests) / 2;
    const untilHandler = timesOf(own.flatMap((round) => round.untilHandler));
    return {
      framework,
      traffic: traffic.name,
      guard,
      requests: plan.rounds * plan.requests,
      refused: refused[i] ?? 0,
      inGuard,
      added: isLetThrough && untilHandler !== null && bareTimes !== null ? less(untilHandler, bareTimes) : null,
      ratios: Object.fromEntries(
        hosts.flatMap((other, j) => (j === i ? [] : [[other.guard, ratiosOf(own, rounds[j] ?? [], bare)]])),
      ),
    };
  });
}

/** Of each round's medians. */
function ratiosOf(own: readonly Round[], other: readonly Round[], bare: readonly Round[]) {
  const median = (values: readonly number[] | undefined): number => quantile(values ?? [], 0.5);
  const added = (rounds: readonly Round[], k: number): number =>
    median(rounds[k]?.untilHandler) - median(bare[k]?.untilHandler);
  return {
    inGuard: quartiles(own.map((round, k) => median(round.inGuard) / median(other[k]?.inGuard))),
    added: quartiles(own.map((_, k) => added(own, k) / added(other, k))),
  };
}

function timesOf(values: readonly number[]): Times | null {
  if (values.length === 0) return null;
  return { p50: quantile(values, 0.5), p90: quantile(values, 0.9), p99: quantile(values, 0.99) };
}

function less(times: Times, other: Times): Times {
  return { p50: times.p50 - other.p50, p90: times.p90 - other.p90, p99: times.p99 - other.p99 };
}
