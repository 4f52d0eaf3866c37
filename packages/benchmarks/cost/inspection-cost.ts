import { type ApiSecurity, createApiSecurity, type DescribedRequest } from '@api-security/core';
import { quantile } from '../guard/quantiles.js';
import { TrafficSource } from '../guard/traffic.js';
import { growth, type Point } from './growth.js';
import { type Curve, type Sweep, type SweepPlan, sizes } from './sweep.js';

const MAX_RUNS = 100;
/** Limits so wide that nothing of these requests is cut: what shows how the work itself grows. */
const WIDE_LIMITS = {
  bodyBytes: 2 ** 24,
  depth: 32,
  values: 1_000_000,
  keys: 1_000_000,
  valueChars: 2 ** 24,
  windows: 1_000_000,
  timeMs: 60_000,
};

/** Requests of a kind, by size; each has values that no other has. */
type Maker = (size: number) => DescribedRequest;

/** Inspection alone, in this process: of bodies, keys, parameters, cookies and nesting, with the default limits and without. */
export async function measureInspectionCost(plan: SweepPlan): Promise<Sweep[]> {
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const engines: (readonly [string, ApiSecurity])[] = [
    ['default limits', createApiSecurity({ mode: 'block', logger })],
    ['limits lifted', createApiSecurity({ mode: 'block', logger, limits: WIDE_LIMITS })],
  ];
  await Promise.all(engines.map(([, engine]) => engine.ready()));
  const source = new TrafficSource(2);
  const sweep = async (about: Omit<Sweep, 'curves'>, all: readonly number[], make: Maker): Promise<Sweep> => {
    const curves: Curve[] = [];
    for (const [name, engine] of engines) curves.push(await measureCurve(name, engine, all, make, plan.pointMs));
    return { ...about, curves };
  };
  const sweeps = [
    await sweep(
      { id: 'body', title: 'Inspection against body size', unit: 'bytes of JSON' },
      sizes(1_000, plan.bodyBytes),
      (size) => post(source.ticket(size)),
    ),
    await sweep(
      { id: 'keys', title: 'Inspection against number of keys', unit: 'keys of one object' },
      sizes(10, plan.keys),
      (size) => post(fields(source, size)),
    ),
    await sweep(
      { id: 'parameters', title: 'Inspection against number of query parameters', unit: 'parameters' },
      sizes(1, plan.keys / 10),
      (size) => ({
        method: 'GET',
        url: `/api/items?${new URLSearchParams(fields(source, size))}`,
      }),
    ),
    await sweep(
      { id: 'cookies', title: 'Inspection against number of cookies', unit: 'cookies' },
      sizes(1, plan.keys / 10),
      (size) => ({
        method: 'GET',
        url: '/api/items?limit=20',
        headers: {
          cookie: Object.entries(fields(source, size))
            .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
            .join('; '),
        },
      }),
    ),
    await sweep(
      { id: 'nesting', title: 'Inspection against depth of nesting', unit: 'objects inside objects' },
      sizes(1, plan.keys / 10),
      (size) => ({
        ...post(''),
        body: Buffer.from(`${'{"part":'.repeat(size)}${JSON.stringify(source.ticket(200))}${'}'.repeat(size)}`),
      }),
    ),
  ];
  await Promise.all(engines.map(([, engine]) => engine.close()));
  return sweeps;
}

async function measureCurve(
  name: string,
  engine: ApiSecurity,
  all: readonly number[],
  make: Maker,
  pointMs: number,
): Promise<Curve> {
  for (let i = 0; i < MAX_RUNS; i++) await engine.analyze(make(all[0] as number));
  const points: Point[] = [];
  for (const size of all) points.push({ size, micros: await medianOf(engine, () => make(size), pointMs) });
  return { name, points, growth: growth(points) };
}

async function medianOf(engine: ApiSecurity, make: () => DescribedRequest, pointMs: number): Promise<number> {
  const times: number[] = [];
  const untilMs = performance.now() + pointMs;
  while (times.length === 0 || (times.length < MAX_RUNS && performance.now() < untilMs)) {
    const request = make();
    const startedMs = performance.now();
    await engine.analyze(request);
    times.push((performance.now() - startedMs) * 1_000);
  }
  return quantile(times, 0.5);
}

function post(body: unknown): DescribedRequest {
  return {
    method: 'POST',
    url: '/api/items',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  };
}

function fields(source: TrafficSource, count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`field_${i}`, source.phrase()]));
}
