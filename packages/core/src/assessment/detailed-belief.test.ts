import { describe, expect, it } from 'vitest';
import type { Assessment } from './assessment.js';
import { completeAssessment } from './complete-assessment.js';
import { DetailedBelief } from './detailed-belief.js';
import { DetailsOnDemand } from './details-on-demand.js';

const REQUEST: Assessment['request'] = { method: 'GET', route: '/a', path: '/a', headers: [], userAgent: '' };
const BRIEF = {
  id: '1',
  at: 2,
  subject: 'request',
  mode: 'block',
  tenant: null,
  client: { key: 'k', address: '' },
  score: 0.1,
  level: 'low',
  scores: { cnn: 0.1, content: 0.1, flow: null, bilstm: null },
  category: null,
  categories: [],
  evidence: [],
  unusual: [],
  recommendation: '',
  inspectedBytes: 1,
  binaryBytes: 0,
  truncated: [],
  unparsed: [],
  degraded: [],
  durationMs: 0.1,
} as const;

function counted() {
  let asked = 0;
  const describeRequest = () => {
    asked += 1;
    return REQUEST;
  };
  const details = new DetailsOnDemand(describeRequest, new Float32Array(52), new Float32Array(12));
  return { belief: new DetailedBelief(BRIEF, details), asked: () => asked };
}

describe('DetailedBelief', () => {
  it('is plain data to whoever copies it, lists it or writes it down', () => {
    const { belief } = counted();
    const { features, signals } = belief;
    const plain = { ...BRIEF, request: REQUEST, features, signals };
    expect(features).toHaveLength(52);
    expect(signals).toHaveLength(12);
    expect({ ...belief }).toStrictEqual(plain);
    expect(structuredClone(belief)).toEqual(plain);
    expect(JSON.parse(JSON.stringify(belief))).toEqual(JSON.parse(JSON.stringify(plain)));
    expect(Object.keys(belief).toSorted()).toEqual(Object.keys(plain).toSorted());
  });

  it('works details out when somebody looks, and once', () => {
    const { belief, asked } = counted();
    expect(asked()).toBe(0);
    expect(belief.request).toBe(REQUEST);
    expect(belief.request).toBe(REQUEST);
    expect(belief.features).toBe(belief.features);
    expect(asked()).toBe(1);
  });

  it('shares them with the assessment that it becomes', () => {
    const { belief, asked } = counted();
    const decision = { action: 'allow', reason: 'below-threshold' } as const;
    const assessment = Object.assign(belief, { decision, response: null });
    const response = { status: 200, bytes: 1, durationMs: 1 };
    const completed = completeAssessment(assessment, decision, response);
    expect(asked()).toBe(1);
    expect(completed).not.toBe(assessment);
    expect(completed.features).toBe(assessment.features);
    expect({ ...completed }).toEqual({ ...assessment, response });
    expect(assessment.response).toBeNull();
  });

  it('leaves an assessment that was made elsewhere as it is', () => {
    const elsewhere = { ...counted().belief, decision: { action: 'flag', reason: 'level' }, response: null } as const;
    const response = { status: 200, bytes: 1, durationMs: 1 };
    expect({ ...completeAssessment(elsewhere, elsewhere.decision, response) }).toEqual({ ...elsewhere, response });
  });
});
