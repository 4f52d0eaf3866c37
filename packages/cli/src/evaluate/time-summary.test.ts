import { describe, expect, it } from 'vitest';
import { summarizeTimes } from './time-summary.js';

describe('the summary of times', () => {
  it('takes nearest ranks', () => {
    const durations = Float64Array.from({ length: 200 }, (_, i) => 200 - i);
    expect(summarizeTimes(durations)).toEqual({ meanMs: 100.5, p50Ms: 100, p99Ms: 198 });
  });

  it('is one number of one', () => {
    expect(summarizeTimes(Float64Array.of(7))).toEqual({ meanMs: 7, p50Ms: 7, p99Ms: 7 });
  });

  it('is null of nothing', () => {
    expect(summarizeTimes(new Float64Array())).toBeNull();
  });
});
