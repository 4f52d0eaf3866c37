import { describe, expect, it } from 'vitest';
import { describeFlow } from './describe-flow.js';
import { FLOW_FEATURE_COUNT, FLOW_FEATURES, OBSERVABLE_MASK } from './feature-schema.js';

const MASKED = [
  'Destination Port',
  'Fwd Header Length',
  'Bwd Header Length',
  'Init_Win_bytes_forward',
  'Init_Win_bytes_backward',
  'min_seg_size_forward',
];

describe('FLOW_FEATURES', () => {
  it('has 52 different names and ends as the table does', () => {
    expect(FLOW_FEATURES).toHaveLength(FLOW_FEATURE_COUNT);
    expect(new Set(FLOW_FEATURES.map(({ name }) => name)).size).toBe(52);
    expect(FLOW_FEATURES[0]?.name).toBe('Destination Port');
    expect(FLOW_FEATURES[28]?.name).toBe('Fwd Header Length');
    expect(FLOW_FEATURES[51]?.name).toBe('Idle Min');
  });

  it('shows a model 46 of them: neither the port nor what needs TCP headers', () => {
    const hidden = FLOW_FEATURES.filter((_, i) => OBSERVABLE_MASK[i] === 0).map(({ name }) => name);
    expect(hidden).toEqual(MASKED);
    expect(OBSERVABLE_MASK.reduce((sum, visible) => sum + visible, 0)).toBe(46);
  });

  it('tells the port, which is known but hidden, from what is unknown', () => {
    const unknown = FLOW_FEATURES.filter(({ observed }) => observed === 'unobservable').map(({ name }) => name);
    expect(unknown).toEqual(MASKED.slice(1));
  });

  it('warns about the minimum gaps', () => {
    const noted = FLOW_FEATURES.filter(({ name }) => name.endsWith('IAT Min'));
    expect(noted).toHaveLength(3);
    for (const { note } of noted) expect(note).toMatch(/event loop/);
  });
});

describe('describeFlow', () => {
  it('names every value with its unit, and gives 0 for what is unobservable, whatever the vector says', () => {
    const described = describeFlow(new Float32Array(52).fill(5));
    expect(described).toHaveLength(52);
    expect(described[0]).toEqual({ name: 'Destination Port', value: 5, unit: 'port', observed: true });
    expect(described[1]).toEqual({ name: 'Flow Duration', value: 5, unit: 'µs', observed: true });
    expect(described[28]).toEqual({ name: 'Fwd Header Length', value: 0, unit: 'bytes', observed: false });
  });

  it('reads missing values as 0', () => {
    expect(describeFlow(new Float32Array(0)).every(({ value }) => value === 0)).toBe(true);
  });
});
