import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ensemble, requestCnn } from './ensemble.js';

const weights = { cnn: 0.6, bilstm: 0.4 };
const member = (score: number, certain = 1) => ({ score, certain });
const probability = fc.double({ min: 0, max: 1, noNaN: true });

describe('ensemble', () => {
  it('weighs the members 60 to 40', () => {
    expect(ensemble(member(0.5), null, member(1, 1.1), weights)).toBeCloseTo(0.7, 12);
  });

  it('joins the towers so that either can raise the CNN', () => {
    expect(requestCnn(member(0.5), member(0.5))).toBeCloseTo(0.75, 12);
    expect(requestCnn(member(0), member(0.9))).toBeCloseTo(0.9, 12);
  });

  it('lets a certain member stand on its own, and one just below not', () => {
    expect(ensemble(member(0.95, 0.95), null, member(0), weights)).toBeCloseTo(0.95, 12);
    expect(ensemble(member(0.949, 0.95), null, member(0), weights)).toBeCloseTo(0.5694, 12);
    expect(ensemble(member(0), null, member(0.99, 0.98), weights)).toBeCloseTo(0.99, 12);
  });

  it('leaves an absent member out instead of reading it as 0 or 1', () => {
    expect(ensemble(member(0.7), null, null, weights)).toBeCloseTo(0.7, 12);
    expect(ensemble(null, null, member(0.7), weights)).toBeCloseTo(0.7, 12);
    expect(ensemble(null, null, null, weights)).toBeNull();
  });

  it('stays in [0, 1] and never falls when a member rises', () => {
    fc.assert(
      fc.property(probability, probability, probability, probability, (content, flow, bilstm, rise) => {
        const score = ensemble(member(content, 0.9), member(flow, 0.9), member(bilstm, 0.9), weights) as number;
        const higher = Math.min(1, content + rise);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(ensemble(member(higher, 0.9), member(flow, 0.9), member(bilstm, 0.9), weights)).toBeGreaterThanOrEqual(
          score - 1e-12,
        );
      }),
    );
  });
});
