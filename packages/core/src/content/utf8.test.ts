import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lenientUtf8, textOfLatin1 } from './utf8.js';

describe('lenientUtf8', () => {
  it('reads valid UTF-8 as any decoder does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(lenientUtf8(Buffer.from(text))).toEqual({ text: Buffer.from(text).toString(), overlong: false });
      }),
    );
  });

  it.each([
    ['c0af', '/'],
    ['e080af', '/'],
    ['f08080af', '/'],
    ['f8808080ae', '.'],
    ['fc80808080ae', '.'],
    ['c19c', '\\'],
    ['c11c', '\\'],
    ['c0ee', '.'],
  ])('shows what the overlong sequence %s hides', (hex, text) => {
    expect(lenientUtf8(Buffer.from(hex, 'hex'))).toEqual({ text, overlong: true });
  });

  it('reads bytes that are no UTF-8 as Latin-1', () => {
    expect(lenientUtf8(Buffer.from('636166e9', 'hex'))).toEqual({ text: 'café', overlong: false });
    expect(lenientUtf8(Buffer.from('ff80e2', 'hex'))).toEqual({ text: 'ÿ\u0080â', overlong: false });
    expect(lenientUtf8(Buffer.from('c02f', 'hex'))).toEqual({ text: 'À/', overlong: false });
  });

  it('lets C1 hide no character behind it', () => {
    for (const character of ["'", '"', '<', '(', ' ', '\n']) {
      const bytes = Buffer.from(`\u00c1${character}`, 'latin1');
      expect(lenientUtf8(bytes)).toEqual({ text: `Á${character}`, overlong: false });
    }
  });

  it('loses no byte, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const { text } = lenientUtf8(bytes);
        expect(text === '').toBe(bytes.length === 0);
        expect(text.length).toBeGreaterThanOrEqual(bytes.length / 6);
      }),
    );
  });
});

describe('textOfLatin1', () => {
  it('restores UTF-8 that arrived as Latin-1, and leaves other text alone', () => {
    expect(textOfLatin1(Buffer.from('naïve €').toString('latin1'))).toBe('naïve €');
    expect(textOfLatin1('plain')).toBe('plain');
    expect(textOfLatin1('already €')).toBe('already €');
  });
});
