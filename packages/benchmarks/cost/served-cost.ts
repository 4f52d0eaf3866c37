import { type Guard, GuardedHost } from '../guard/guarded-host.js';
import { KeepAliveConnection } from '../guard/keep-alive-connection.js';
import { quantile } from '../guard/quantiles.js';
import { TrafficSource } from '../guard/traffic.js';
import { growth, type Point } from './growth.js';
import { type Sweep, type SweepPlan, sizes } from './sweep.js';

const GUARDS: readonly Guard[] = ['bare', 'api-security block', 'easy-waf'];
const MAX_RUNS = 60;
const MIN_RUNS = 3;
/** Requests that are measured once so many clients are known. */
const VISITS = 500;

/** In a server: from the request's arrival until the handler, which has the parsed body, against the body's size. */
export async function measureServedCost(plan: SweepPlan): Promise<Sweep> {
  const hosts = await Promise.all(GUARDS.map((guard) => GuardedHost.start('express', guard, { stopwatch: true })));
  const connections = await Promise.all(hosts.map(({ port }) => KeepAliveConnection.open(port)));
  const source = new TrafficSource(3);
  const points = hosts.map((): Point[] => []);
  const warmUp = source.posts(500, 1_000).requests;
  for (const connection of connections) for (const request of warmUp) await connection.send(request);
  for (const size of sizes(1_000, plan.bodyBytes)) {
    const times = hosts.map((): number[] => []);
    const untilMs = performance.now() + plan.pointMs * hosts.length;
    for (let run = 0; run < MIN_RUNS || (run < MAX_RUNS && performance.now() < untilMs); run++) {
      const request = source.posts(1, size).requests[0] as Buffer;
      for (const [i, host] of hosts.entries()) {
        await host.begin();
        await connections[i]?.send(request);
        times[i]?.push(...(await host.end()).untilHandler);
      }
    }
    // A body that was refused has no time.
    for (const [i, own] of times.entries()) if (own.length > 0) points[i]?.push({ size, micros: quantile(own, 0.5) });
  }
  for (const connection of connections) connection.close();
  await Promise.all(hosts.map((host) => host.close()));
  return {
    id: 'served',
    title: 'Until the handler has the parsed body, against body size',
    unit: 'bytes of JSON',
    curves: GUARDS.map((guard, i) => ({ name: guard, points: points[i] ?? [], growth: growth(points[i] ?? []) })),
  };
}

/** In a server: time in the guard once so many clients have been seen, each with an address of its own. */
export async function measureClients(plan: SweepPlan): Promise<Sweep> {
  const host = await GuardedHost.start('express', 'api-security block', { stopwatch: true });
  const connection = await KeepAliveConnection.open(host.port);
  const source = new TrafficSource(4);
  for (const request of source.gets(1_000).requests) await connection.send(request);
  const points: Point[] = [];
  let seen = 0;
  for (const clients of sizes(1, plan.clients)) {
    const visits = source.visits(seen, clients);
    for (const request of visits) await connection.send(request);
    seen = clients;
    // They come again: the latest of them, with what is known of them.
    await host.begin();
    for (let i = 0; i < VISITS; i++) await connection.send(visits[i % visits.length] as Buffer);
    points.push({ size: clients, micros: quantile((await host.end()).guard, 0.5) });
  }
  connection.close();
  await host.close();
  return {
    id: 'clients',
    title: 'Time in the guard against clients seen',
    unit: 'clients',
    curves: [{ name: 'api-security block', points, growth: growth(points) }],
  };
}
