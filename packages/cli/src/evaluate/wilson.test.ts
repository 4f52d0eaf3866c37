import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilson } from './wilson.js';

describe('the Wilson interval', () => {
  it('is what a hand gets for 8 of 10', () => {
    // Centre (0.8 + 3.841459/20) / 1.3841459 = 0.716740; half 1.959964/1.3841459 × √(0.016 + 0.00960365) = 0.226577.
    const { rate, low, high } = wilson(8, 10);
    expect(rate).toBe(0.8);
    expect(low).toBeCloseTo(0.490163, 5);
    expect(high).toBeCloseTo(0.943317, 5);
  });

  it('says how little no false positive in 1,000 means', () => {
    // z² / (n + z²) = 3.841459 / 1003.841459.
    const { low, high } = wilson(0, 1000);
    expect(low).toBe(0);
    expect(high).toBeCloseTo(0.00382676, 7);
  });

  it('mirrors itself', () => {
    const { low, high } = wilson(3, 40);
    const mirrored = wilson(37, 40);
    expect(mirrored.low).toBeCloseTo(1 - high, 12);
    expect(mirrored.high).toBeCloseTo(1 - low, 12);
  });

  it('knows nothing of nothing', () => {
    expect(wilson(0, 0)).toEqual({ count: 0, total: 0, rate: null, low: 0, high: 1 });
  });

  it('always holds the rate and stays in [0, 1]', () => {
    const counts = fc
      .integer({ min: 1, max: 1_000_000 })
      .chain((total) => fc.tuple(fc.integer({ min: 0, max: total }), fc.constant(total)));
    fc.assert(
      fc.property(counts, ([count, total]) => {
        const { rate, low, high } = wilson(count, total);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(rate ?? Number.NaN);
        expect(high).toBeGreaterThanOrEqual(rate ?? Number.NaN);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });
});
