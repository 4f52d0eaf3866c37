import { describe, expect, it } from 'vitest';
import { type Reached, reached, reasonsToRefuse } from './compare.js';

const SHIPPED: Reached = { detection: 0.86, falseAlarms: 0.0036, curve: { '0.1%': 0.87, '0.05%': 0.8 } };

describe('reached', () => {
  it('counts what is at or above the threshold, and detection where the same share of benign records is flagged', () => {
    const benign = Float64Array.from({ length: 10_000 }, (_, i) => i / 10_000);
    const attacks = Float64Array.of(0.2, 0.9, 0.9992, 0.99995);
    const { detection, falseAlarms, curve } = reached(attacks, benign, 0.9);
    expect(detection).toBe(0.75);
    expect(falseAlarms).toBeCloseTo(0.1, 10);
    expect(curve).toEqual({ '0.1%': 0.5, '0.05%': 0.25 });
  });
});

describe('reasonsToRefuse', () => {
  it('lets a better model and one within noise pass', () => {
    expect(reasonsToRefuse({ ...SHIPPED, detection: 0.9 }, SHIPPED)).toEqual([]);
    expect(reasonsToRefuse({ ...SHIPPED, curve: { '0.1%': 0.865, '0.05%': 0.795 } }, SHIPPED)).toEqual([]);
  });

  it('refuses a model that finds less at the same false alarms', () => {
    expect(reasonsToRefuse({ ...SHIPPED, curve: { '0.1%': 0.87, '0.05%': 0.7 } }, SHIPPED)).toEqual([
      'finds 70.00 % instead of 80.00 % at 0.05% false alarms',
    ]);
  });

  it('refuses a model that flags more benign records, however much it finds', () => {
    expect(reasonsToRefuse({ ...SHIPPED, detection: 0.99, falseAlarms: 0.01 }, SHIPPED)).toHaveLength(1);
  });

  it('refuses lost detection unless fewer false alarms pay for it', () => {
    expect(reasonsToRefuse({ ...SHIPPED, detection: 0.8 }, SHIPPED)).toHaveLength(1);
    expect(reasonsToRefuse({ ...SHIPPED, detection: 0.8, falseAlarms: 0.0005 }, SHIPPED)).toEqual([]);
  });

  it('refuses a model that finds nothing', () => {
    const nothing = reached(new Float64Array(100), new Float64Array(100), 0.6);
    expect(reasonsToRefuse(nothing, SHIPPED)).not.toEqual([]);
  });
});
