import { describe, expect, it } from 'vitest';
import { FLOW_FEATURE_COUNT } from '../flow/feature-schema.js';
import { createStep, SIGNAL_COUNT, STEP_WIDTH, stepValues } from './step.js';

const flow = Float32Array.from({ length: FLOW_FEATURE_COUNT }, (_, i) => i + 1);
const signals = Float32Array.from({ length: SIGNAL_COUNT }, (_, i) => -i - 1);

describe('stepValues', () => {
  it('has the flow features first and the signals after them', () => {
    expect([...stepValues(flow, signals)]).toEqual([...flow, ...signals]);
  });

  it('has zeros where the flow is absent', () => {
    const values = stepValues(null, signals);
    expect(values.length).toBe(STEP_WIDTH);
    expect([...values.slice(0, FLOW_FEATURE_COUNT)]).toEqual(new Array(FLOW_FEATURE_COUNT).fill(0));
    expect(values.slice(FLOW_FEATURE_COUNT)).toEqual(signals);
  });
});

describe('createStep', () => {
  it('keeps its own copy of the numbers', () => {
    const mine = signals.slice();
    const step = createStep({ at: 5, flow, signals: mine, route: 1, ids: 2 });
    mine.fill(0);
    expect(step).toEqual({ at: 5, values: stepValues(flow, signals), route: 1, ids: 2 });
  });
});
