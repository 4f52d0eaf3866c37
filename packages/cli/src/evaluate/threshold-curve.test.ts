import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thresholdCurve } from './threshold-curve.js';

const benign = Float64Array.from({ length: 100 }, (_, i) => i / 1000);

describe('the threshold curve', () => {
  it('allows one of a hundred benign requests at 1 %', () => {
    // The two strongest benign scores are 0.098 and 0.099: only the latter may pass, so the threshold is above 0.098.
    const [point] = thresholdCurve(Float64Array.of(0.05, 0.0985, 0.5, 0.9), benign, [0.01]);
    expect(point).toMatchObject({ target: 0.01, threshold: 0.0985 });
    expect(point?.detection).toMatchObject({ count: 3, total: 4 });
    expect(point?.falsePositives).toMatchObject({ count: 1, total: 100 });
  });

  it('allows none where one would be too many', () => {
    const [point] = thresholdCurve(Float64Array.of(0.05, 0.0985, 0.5, 0.9), benign, [0.005]);
    expect(point).toMatchObject({ threshold: 0.5 });
    expect(point?.detection).toMatchObject({ count: 2 });
    expect(point?.falsePositives).toMatchObject({ count: 0 });
  });

  it('keeps equal scores together, below the threshold when not all of them are allowed', () => {
    const tied = Float64Array.of(0.1, 0.2, 0.7, 0.7, 0.7);
    const [point] = thresholdCurve(Float64Array.of(0.7, 0.8), tied, [0.4]);
    expect(point).toMatchObject({ threshold: 0.8 });
    expect(point?.detection).toMatchObject({ count: 1 });
    expect(point?.falsePositives).toMatchObject({ count: 0 });
  });

  it('has no threshold where a benign request has the highest score of all', () => {
    const [point] = thresholdCurve(Float64Array.of(0.7, 0.8), Float64Array.of(0.1, 0.9), [0.01]);
    expect(point).toMatchObject({ threshold: null });
    expect(point?.detection).toMatchObject({ count: 0, total: 2 });
  });

  it('does not lose an allowed one to binary fractions', () => {
    const many = Float64Array.from({ length: 2000 }, (_, i) => i / 2000);
    const [point] = thresholdCurve(Float64Array.of(1), many, [0.0005]);
    expect(point?.falsePositives).toMatchObject({ count: 1, total: 2000 });
  });

  it('never lets more through than the target, and its threshold gives its own rates', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(scores, scores, fc.double({ min: 0, max: 1, noNaN: true }), (attacks, harmless, target) => {
        const [point] = thresholdCurve(Float64Array.from(attacks), Float64Array.from(harmless), [target]);
        const threshold = point?.threshold ?? Number.POSITIVE_INFINITY;
        expect(point?.detection.count).toBe(attacks.filter((score) => score >= threshold).length);
        expect(point?.falsePositives.count).toBe(harmless.filter((score) => score >= threshold).length);
        expect(point?.falsePositives.count).toBeLessThanOrEqual(target * harmless.length + 1e-9);
        // The next lower score would let too many through.
        const lower = Math.max(
          ...[...attacks, ...harmless].filter((score) => score < threshold),
          Number.NEGATIVE_INFINITY,
        );
        const reaching = harmless.filter((score) => score >= lower).length;
        expect(lower === Number.NEGATIVE_INFINITY || reaching > target * harmless.length - 1e-9).toBe(true);
      }),
    );
  });
});
