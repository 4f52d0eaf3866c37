import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut } from './cut.js';

describe('cut', () => {
  it('leaves a text alone that fits', () => {
    expect(cut('a'.repeat(256))).toBe('a'.repeat(256));
    expect(cut('')).toBe('');
  });

  it('marks a cut', () => {
    expect(cut('abcdef', 4)).toBe('abc…');
  });

  it('never exceeds the limit and never halves a surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (text, max) => {
        const result = cut(text, max);
        expect(result.length).toBeLessThanOrEqual(max);
        expect(result.isWellFormed()).toBe(true);
      }),
    );
  });
});
