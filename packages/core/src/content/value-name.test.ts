import { describe, expect, it } from 'vitest';
import { valueName } from './value-name.js';

describe('valueName', () => {
  it('decodes a name as texts are decoded, and lowers its case', () => {
    expect(valueName('callbackUrl')).toBe('callbackurl');
    expect(valueName('c%6Dd')).toBe('cmd');
    expect(valueName('%2563md')).toBe('cmd');
    expect(valueName('ｃｍｄ')).toBe('cmd');
    expect(valueName('')).toBe('');
  });

  it('keeps the end of a long name', () => {
    expect(valueName(`order[${'x'.repeat(100)}][street]`)).toBe(`${'x'.repeat(15)}][street]`);
  });

  it('is done with names of any length', () => {
    for (const piece of ['a', '%25', '&amp;', '\\u0041', 'İ']) {
      expect(valueName(piece.repeat(200_000)).length, piece).toBeLessThanOrEqual(24);
    }
  });
});
