import type { BesideUploads } from '../guard/beside-uploads.js';
import type { GuardTime } from '../guard/guard-time.js';
import type { Framework, Guard } from '../guard/guarded-host.js';
import type { UploadKind } from '../guard/upload.js';
import type { Results } from './results.js';

/** A figure that was promised. */
export interface Target {
  readonly figure: string;
  /** What was promised, in words. */
  readonly text: string;
  /** What was measured: each value with its limit, and how to say them. Null when it was not measured. */
  readonly measure: (results: Results) => Measured | null;
}

interface Measured {
  readonly text: string;
  readonly isMet: boolean;
}

/** In proportion, and what a slope that is measured may be off. */
const MAX_GROWTH = 1.15;
const BLOCK: Guard = 'api-security block';

export const TARGETS: readonly Target[] = [
  inGuard('GET', BLOCK, 35, 120),
  againstEasyWaf('GET', 'inGuard'),
  added('POST 1 KB', 60, 180),
  againstEasyWaf('POST 1 KB', 'added'),
  inGuard('GET', 'api-security monitor', 10, 40),
  inGuard('POST 1 KB', 'api-security monitor', 10, 40),
  throughput('express', 0.8),
  throughput('koa', 0.7),
  throughput('fastify', 0.6),
  added('POST 64 KB', 1_500),
  upload('octet-stream', 'toIdle'),
  upload('multipart', 'toIdle'),
  upload('JSON', 'toIdle'),
  upload('JSON', 'toBare'),
  {
    figure: 'growth of the cost with bodies, keys, parameters, cookies, nesting and clients: the steepest',
    text: `≤ ${MAX_GROWTH}`,
    measure: ({ sweeps }) => {
      const slopes = sweeps.flatMap(({ curves }) =>
        curves.filter(({ name }) => name !== 'bare' && name !== 'easy-waf'),
      );
      if (slopes.length === 0) return null;
      const steepest = Math.max(...slopes.map(({ growth }) => growth));
      return { text: steepest.toFixed(2), isMet: steepest <= MAX_GROWTH };
    },
  },
  {
    figure: 'memory of 100,000 clients, the most of any of their mixes',
    text: '≤ 60 MB',
    measure: ({ clients }) => {
      const sizes = clients?.stores
        .filter(({ name }) => name.startsWith('100,000'))
        .map(({ rssBytes }) => rssBytes / 1e6);
      if (sizes === undefined || sizes.length === 0) return null;
      return { text: `${Math.max(...sizes).toFixed(1)} MB`, isMet: Math.max(...sizes) <= 60 };
    },
  },
  footprint('http', 'rssMb', 12),
  footprint('http', 'startMs', 60),
  footprint('express', 'rssMb', 12),
  footprint('express', 'startMs', 60),
];

export function targetOf(
  { measure }: Target,
  results: Results,
): { readonly measured: string; readonly isMet: boolean | null } {
  const measured = measure(results);
  return measured === null ? { measured: '–', isMet: null } : { measured: measured.text, isMet: measured.isMet };
}

function find(results: Results, traffic: string, guard: Guard): GuardTime | undefined {
  return results.guardTime.find((row) => row.framework === 'express' && row.traffic === traffic && row.guard === guard);
}

function inGuard(traffic: string, guard: Guard, p50: number, p99: number): Target {
  return {
    figure: `${guard}, ${traffic}: in the guard, p50 / p99`,
    text: `≤ ${p50} / ${p99} µs`,
    measure: (results) => within(find(results, traffic, guard)?.inGuard, p50, p99),
  };
}

/** Reading the body belongs to the guard only as far as it is not the parser's anyway. */
function added(traffic: string, p50: number, p99?: number): Target {
  return {
    figure: `${BLOCK}, ${traffic}: added until the handler, ${p99 === undefined ? 'p50' : 'p50 / p99'}`,
    text: p99 === undefined ? `≤ ${p50} µs` : `≤ ${p50} / ${p99} µs`,
    measure: (results) => within(find(results, traffic, BLOCK)?.added, p50, p99),
  };
}

function within(
  times: { readonly p50: number; readonly p99: number } | null | undefined,
  p50: number,
  p99?: number,
): Measured | null {
  if (times === null || times === undefined) return null;
  const text = p99 === undefined ? times.p50.toFixed(0) : `${times.p50.toFixed(0)} / ${times.p99.toFixed(0)}`;
  return { text: `${text} µs`, isMet: times.p50 <= p50 && (p99 === undefined || times.p99 <= p99) };
}

function againstEasyWaf(traffic: string, which: 'inGuard' | 'added'): Target {
  return {
    figure: `${BLOCK}, ${traffic}: p50 over easy-waf's in the same round`,
    text: '≤ 0.5',
    measure: (results) => ratio(find(results, traffic, BLOCK)?.ratios['easy-waf']?.[which], (median) => median <= 0.5),
  };
}

function throughput(framework: Framework, least: number): Target {
  return {
    figure: `${BLOCK}, GET, 32 connections, ${framework}: throughput over the bare app's`,
    text: `≥ ${least.toFixed(2)}`,
    measure: ({ throughput: rows }) => {
      const row = rows.find(
        (each) =>
          each.framework === framework && each.traffic === 'GET' && each.connections === 32 && each.guard === BLOCK,
      );
      return ratio(row?.ratio, (median) => median >= least);
    },
  };
}

function upload(kind: UploadKind, against: 'toIdle' | 'toBare'): Target {
  const other = against === 'toIdle' ? 'over idle' : "over the bare app's beside the same uploads";
  return {
    figure: `${BLOCK}, 10 MB of ${kind} uploaded: p99 of other clients ${other}`,
    text: '≤ 2',
    measure: ({ uploads }) => {
      const row: BesideUploads | undefined = uploads.find((each) => each.upload === kind && each.guard === BLOCK);
      return ratio(row?.[against], (median) => median <= 2);
    },
  };
}

function footprint(host: 'http' | 'express', which: 'rssMb' | 'startMs', most: number): Target {
  const unit = which === 'rssMb' ? 'MB' : 'ms';
  const beside = host === 'http' ? 'a server that does nothing else' : 'an Express app';
  return {
    figure: `wasm, beside ${beside}: ${which === 'rssMb' ? 'RSS added' : 'import and ready()'}`,
    text: `≤ ${most} ${unit}`,
    measure: ({ footprint: rows }) => {
      const quartiles = rows.find((row) => row.host === host && row.runtime === 'wasm')?.[which];
      if (quartiles === undefined) return null;
      const { q1, median, q3 } = quartiles;
      return { text: `${median.toFixed(1)} (${q1.toFixed(1)}–${q3.toFixed(1)}) ${unit}`, isMet: median <= most };
    },
  };
}

function ratio(
  quartiles: { readonly q1: number; readonly median: number; readonly q3: number } | undefined,
  isMet: (median: number) => boolean,
): Measured | null {
  if (quartiles === undefined) return null;
  const { q1, median, q3 } = quartiles;
  return { text: `${median.toFixed(2)} (${q1.toFixed(2)}–${q3.toFixed(2)})`, isMet: isMet(median) };
}
