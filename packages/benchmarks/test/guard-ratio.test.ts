import { describe, expect, it } from 'vitest';
import { measureAllocation } from '../guard/allocation.js';
import { type GuardTime, measureGuardTime } from '../guard/guard-time.js';
import type { Guard } from '../guard/guarded-host.js';
import { measureSurvivors } from '../guard/survivors.js';
import { direct, TrafficSource } from '../guard/traffic.js';

const BLOCK: Guard = 'api-security block';
const ROUNDS = { rounds: 10, requests: 80, warmUp: 8 };
/**
 * Of our median over easy-waf's: what was measured when this was written (1.8 and 2.5), and two thirds as much again for busy machines. The target
 * for both is 0.5 (docs/benchmarks.md).
 */
const MAX_RATIO = { GET: 3, 'POST 1 KB': 4.2 };
/** Bytes for each request beyond the bare app's. */
const MAX_BYTES = { GET: 80 * 1_024, 'POST 1 KB': 128 * 1_024 };
/** Bytes that outlive the request, beyond the bare app's; the log's row is about 3 KB of them. */
const MAX_SURVIVING = 7 * 1_024;

/** Figures of one machine are compared with each other only: both guards take turns, round by round. */
describe('what the guard costs in block mode', () => {
  const source = new TrafficSource(1);
  const traffic = [source.gets(3_000), source.posts(3_000, 1_024)].map(direct);

  it('is a bounded multiple of what easy-waf takes, for a GET and for a POST of 1 KB', async () => {
    const times = await measureGuardTime('express', traffic, ROUNDS, ['bare', BLOCK, 'easy-waf']);
    const of = (name: string): GuardTime | undefined =>
      times.find(({ traffic: of, guard }) => of === name && guard === BLOCK);
    const get = of('GET')?.ratios['easy-waf']?.inGuard.median;
    const post = of('POST 1 KB')?.ratios['easy-waf']?.added.median;
    process.stdout.write(`time over easy-waf's: GET ${get?.toFixed(2)}, POST ${post?.toFixed(2)}\n`);
    expect(get).toBeLessThanOrEqual(MAX_RATIO.GET);
    expect(post).toBeLessThanOrEqual(MAX_RATIO['POST 1 KB']);
    expect(of('GET')?.refused).toBe(0);
    expect(of('POST 1 KB')?.refused).toBe(0);
  }, 60_000);

  it('is a bounded number of bytes that are allocated', async () => {
    for (const { traffic: name, addedBytes } of await measureAllocation('express', traffic, [BLOCK])) {
      process.stdout.write(`bytes allocated, ${name}: ${Math.round(addedBytes)}\n`);
      expect(addedBytes).toBeLessThanOrEqual(MAX_BYTES[name as keyof typeof MAX_BYTES]);
    }
  }, 60_000);

  it('leaves little behind that has to be collected later', async () => {
    const bytes = await measureSurvivors('koa', direct(source.gets(4_000)), BLOCK);
    process.stdout.write(`bytes that outlive a request: ${Math.round(bytes)}\n`);
    expect(bytes).toBeLessThanOrEqual(MAX_SURVIVING);
  }, 60_000);
});
