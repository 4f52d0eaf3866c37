import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Breaker } from '../src/breaker.js';

const fail = async (): Promise<never> => {
  throw new Error('planted');
};
const hang = () => new Promise<never>(() => {});

describe('Breaker', () => {
  let isReady = true;
  let probe: () => Promise<unknown> = fail;
  const changes: unknown[] = [];
  let backs = 0;
  let breaker: Breaker;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'Date'] });
    isReady = true;
    probe = fail;
    changes.length = 0;
    backs = 0;
    breaker = new Breaker({
      isReady: () => isReady,
      probe: () => probe(),
      onChange: (error) => changes.push(error),
      onBack: () => {
        backs += 1;
      },
    });
  });
  afterEach(() => {
    breaker.close();
    vi.useRealTimers();
  });

  const outcome = (command: () => Promise<unknown>) =>
    breaker.run(command).then(
      (value) => value,
      (error: Error) => error.message,
    );

  it('gives what a command answers, and its error', async () => {
    expect(await outcome(async () => 7)).toBe(7);
    expect(await outcome(fail)).toBe('planted');
    expect(changes).toEqual([]);
  });

  it('waits for a command as long as it may and no longer', async () => {
    const waiting = outcome(hang);
    await vi.advanceTimersByTimeAsync(49);
    expect(await Promise.race([waiting, 'waits'])).toBe('waits');
    await vi.advanceTimersByTimeAsync(2);
    expect(await waiting).toBe('Redis did not answer within 50 ms');
  });

  it('does not send what would only be queued', async () => {
    isReady = false;
    const sent = vi.fn(fail);
    expect(await outcome(sent)).toBe('Redis is not connected');
    expect(sent.mock.calls.length).toBe(0);
  });

  it('opens after three failures in a row, and not after three with a success between', async () => {
    for (const command of [fail, fail, async () => 1, fail, fail]) await outcome(command);
    expect(breaker.isOpen).toBe(false);
    await outcome(fail);
    expect(breaker.isOpen).toBe(true);
    expect(changes).toEqual([new Error('planted')]);
    const sent = vi.fn(fail);
    expect(await outcome(sent)).toBe('Redis is away');
    expect(sent.mock.calls.length).toBe(0);
  });

  it('probes in the background, more and more rarely but at least every two seconds, until the server is back', async () => {
    const probed: number[] = [];
    probe = async () => {
      probed.push(Date.now());
      return fail();
    };
    for (let i = 0; i < 3; i++) await outcome(fail);
    await vi.advanceTimersByTimeAsync(30_000);
    const gaps = probed.slice(1).map((at, i) => at - (probed[i] as number));
    expect(probed.length).toBeGreaterThan(14);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2_000);
    expect(Math.min(...gaps.slice(5))).toBeGreaterThanOrEqual(1_000);
    expect(breaker.isOpen).toBe(true);
    probe = async () => null;
    await vi.advanceTimersByTimeAsync(2_001);
    expect(breaker.isOpen).toBe(false);
    expect(changes).toEqual([new Error('planted'), null]);
    expect(backs).toBe(1);
    expect(await outcome(async () => 7)).toBe(7);
  });

  it('tells of the first success after a failure that did not open it', async () => {
    await outcome(fail);
    await outcome(async () => 1);
    await outcome(async () => 1);
    expect([backs, changes]).toEqual([1, []]);
  });

  it('lets nothing through and keeps no timer once it is closed', async () => {
    for (let i = 0; i < 3; i++) await outcome(fail);
    breaker.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(await outcome(async () => 7)).toBe('Redis is away');
  });
});
