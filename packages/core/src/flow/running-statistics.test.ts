import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunningStatistics } from './running-statistics.js';

const runs = fc.array(fc.record({ value: fc.integer({ min: 0, max: 1e9 }), times: fc.integer({ min: 1, max: 20 }) }), {
  minLength: 1,
  maxLength: 40,
});

describe('RunningStatistics', () => {
  it('is all zeros while it is empty', () => {
    const { count, sum, mean, variance, deviation, min, max } = new RunningStatistics();
    expect([count, sum, mean, variance, deviation, min, max]).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('has no variance for a single value', () => {
    const one = new RunningStatistics();
    one.add(7);
    expect([one.mean, one.variance, one.min, one.max]).toEqual([7, 0, 7, 7]);
  });

  it('divides the variance by n − 1', () => {
    const statistics = new RunningStatistics();
    for (const value of [2, 4, 4, 4, 5, 5, 7, 9]) statistics.add(value);
    expect(statistics.mean).toBe(5);
    expect(statistics.variance).toBeCloseTo(32 / 7, 12);
  });

  it('equals two passes over the list, whether values come one by one or many at a time', () => {
    fc.assert(
      fc.property(runs, (all) => {
        const statistics = new RunningStatistics();
        for (const { value, times } of all) statistics.add(value, times);
        const list = all.flatMap(({ value, times }) => Array<number>(times).fill(value));
        const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
        const squares = list.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        expect(statistics.count).toBe(list.length);
        expect(statistics.mean).toBeCloseTo(mean, 6);
        expect(Math.abs(statistics.variance - squares / Math.max(1, list.length - 1))).toBeLessThanOrEqual(
          1e-9 * squares,
        );
        expect([statistics.min, statistics.max]).toEqual([Math.min(...list), Math.max(...list)]);
      }),
    );
  });

  it('leaves the original alone when its copy grows, and forgets everything on reset', () => {
    const original = new RunningStatistics();
    original.add(3);
    const copy = original.copy();
    copy.add(5);
    expect([original.count, original.max, copy.count, copy.variance]).toEqual([1, 3, 2, 2]);
    copy.reset();
    copy.add(9);
    expect([copy.count, copy.mean, copy.variance, copy.min]).toEqual([1, 9, 0, 9]);
  });
});
