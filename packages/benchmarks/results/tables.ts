import type { Times } from '../guard/guard-time.js';
import type { Quartiles } from '../guard/quantiles.js';
import type { ClientsMemory } from './clients-memory.js';
import type { FootprintRow } from './footprint.js';
import type { Results } from './results.js';
import type { Table } from './table.js';
import { TARGETS, targetOf } from './targets.js';

const NONE = '–';
const micros = (value: number): string => value.toFixed(Math.abs(value) < 100 ? 1 : 0);
const times = (all: Times | null): string =>
  all === null ? NONE : [all.p50, all.p90, all.p99].map(micros).join(' / ');

/** Median and, in brackets, the quartiles. */
function spread({ q1, median, q3 }: Quartiles, digits: number): string {
  return `${median.toFixed(digits)} (${q1.toFixed(digits)}–${q3.toFixed(digits)})`;
}

export function targetTable(results: Results): Table {
  return {
    title: 'Targets',
    columns: ['figure', 'target', 'measured', ''],
    rows: TARGETS.map((target) => {
      const { measured, isMet } = targetOf(target, results);
      return [target.figure, target.text, measured, isMet === null ? 'not measured' : isMet ? 'met' : 'missed'];
    }),
  };
}

export function guardTimeTable({ guardTime }: Pick<Results, 'guardTime'>, framework: string): Table {
  return {
    title: `Time in the guard, ${framework}, one connection: µs, p50 / p90 / p99`,
    columns: [
      'traffic',
      'guard',
      'in the guard',
      'added until the handler',
      '× easy-waf, in the guard',
      '× easy-waf, added',
      'refused',
    ],
    rows: guardTime
      .filter((row) => row.framework === framework && row.guard !== 'bare')
      .map(({ traffic, guard, inGuard, added, ratios, requests, refused }) => {
        const ratio = ratios['easy-waf'];
        const of = (quartiles: Quartiles | undefined): string =>
          quartiles === undefined || Number.isNaN(quartiles.median) || quartiles.median === null
            ? NONE
            : spread(quartiles, 2);
        const share = `${((100 * refused) / requests).toFixed(1)} %`;
        return [
          traffic,
          guard,
          times(inGuard),
          times(added),
          of(inGuard ? ratio?.inGuard : undefined),
          of(added ? ratio?.added : undefined),
          share,
        ];
      }),
  };
}

export function throughputTable({ throughput }: Results): Table {
  return {
    title: 'Throughput, and CPU time for a request',
    columns: ['app', 'guard', 'requests/s', 'ratio to bare', 'CPU added, µs', 'assessed', 'server busy', 'had to wait'],
    rows: throughput.map((row) => [
      `${row.framework}, ${row.traffic}, ${row.connections}`,
      row.guard,
      row.requestsPerSecond.median.toFixed(0),
      spread(row.ratio, 2),
      spread(row.addedCpuMicros, 0),
      row.assessed === null ? NONE : `${(100 * row.assessed).toFixed(0)} %`,
      `${(100 * row.busy).toFixed(0)} %`,
      `${(100 * row.waiting).toFixed(0)} %`,
    ]),
  };
}

export function allocationTable({ allocation }: Results): Table {
  return {
    title: 'Allocated for a request, beyond the bare app',
    columns: ['traffic', 'guard', 'KB'],
    rows: allocation.map(({ framework, traffic, guard, addedBytes }) => [
      `${framework}, ${traffic}`,
      guard,
      (addedBytes / 1_024).toFixed(1),
    ]),
  };
}

export function uploadTable({ uploads }: Results): Table {
  return {
    title: 'Small GETs of other clients beside 10 MB uploads, ms',
    columns: ['upload', 'guard', 'idle p50', 'idle p99', 'p50', 'p99', 'p99 × idle', 'p99 × bare', 'uploads/s'],
    rows: uploads.map((row) => [
      row.upload,
      row.guard,
      spread(row.idleP50, 1),
      spread(row.idleP99, 1),
      spread(row.p50, 1),
      spread(row.p99, 1),
      spread(row.toIdle, 1),
      spread(row.toBare, 1),
      row.uploadsPerSecond.toFixed(1),
    ]),
  };
}

export function growthTable({ sweeps }: Results): Table {
  return {
    title: 'Growth: 0 is not at all, 1 in proportion, 2 with the square',
    columns: ['against', 'of', 'growth', 'from', 'to'],
    rows: sweeps.flatMap(({ title, unit, curves }) =>
      curves.map(({ name, points, growth }) => {
        const end = (i: number): string => {
          const point = points.at(i);
          return point === undefined ? NONE : `${point.micros.toFixed(0)} µs at ${point.size.toLocaleString('en')}`;
        };
        return [`${title} (${unit})`, name, growth.toFixed(2), end(0), end(-1)];
      }),
    ),
  };
}

export function clientsTable({ stores, app }: ClientsMemory): Table {
  const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);
  const rows = stores.map(({ name, held, rssBytes, heapBytes }) => [
    name,
    held.toLocaleString('en'),
    mb(rssBytes),
    mb(heapBytes),
  ]);
  if (app !== null) {
    const count = app.clients.toLocaleString('en');
    rows.push([`a whole app, ${count}, one request each`, count, mb(app.rssBytes), mb(app.heapBytes)]);
  }
  return { title: 'Memory of clients, MB', columns: ['clients', 'held', 'RSS', 'heap'], rows };
}

export function footprintTable(rows: readonly FootprintRow[]): Table {
  return {
    title: 'What a run time adds to a process that has started',
    columns: ['beside', 'run time', 'RSS, MB', 'import, ms', 'to ready(), ms', 'both, ms'],
    rows: rows.map(({ host, runtime, rssMb, importMs, readyMs, startMs }) => [
      host,
      runtime,
      ...[rssMb, importMs, readyMs, startMs].map(({ q1, median, q3 }) => {
        return `${median.toFixed(1)} (${q1.toFixed(1)}–${q3.toFixed(1)})`;
      }),
    ]),
  };
}
