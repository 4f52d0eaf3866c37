import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containing, escapeText, indexedText, searchText, tenantText, unescapeText } from './stored-text.js';

/** Any 16-bit units, surrogates and NUL among them, and the characters that the escaping itself uses. */
const units = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 0xd800, 0xdfff)), { maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes));
const own = fc
  .array(fc.integer({ min: 0x10f7fa, max: 0x10ffff }), { maxLength: 20 })
  .map((codes) => String.fromCodePoint(...codes));
const text = fc.oneof(
  units,
  own,
  fc.tuple(own, units).map((parts) => parts.join('')),
);

describe('a stored text', () => {
  it('reads back as it was, whatever it was', () => {
    fc.assert(fc.property(text, (original) => unescapeText(escapeText(original)) === original));
  });

  it('has nothing that Postgres refuses', () => {
    fc.assert(
      fc.property(text, (original) => !escapeText(original).includes('\0') && escapeText(original).isWellFormed()),
    );
  });

  it('is itself where it has nothing odd', () => {
    expect(escapeText("O'Brien \\u0000 Größe 😀")).toBe("O'Brien \\u0000 Größe 😀");
  });

  it('is equal to another exactly when the originals are, also where only the beginning is kept', () => {
    const long = fc.tuple(text, fc.integer({ min: 0, max: 4 })).map(([part, times]) => part.repeat(times * 20));
    fc.assert(fc.property(long, long, (a, b) => (indexedText(a) === indexedText(b)) === (a === b)));
    expect(indexedText('x'.repeat(10_000)).length).toBeLessThan(200);
    expect(indexedText('x'.repeat(201))).not.toBe(indexedText('x'.repeat(202)));
  });

  it('tells no tenant from a tenant without a name', () => {
    expect(tenantText(null)).not.toBe(tenantText(''));
  });

  it('is searched without regard to case, and wildcards stand for themselves', () => {
    expect(searchText('/A', 'Ünix')).toMatch(/^\/a.+ünix$/u);
    expect(containing('50%_\\')).toBe('%50\\%\\_\\\\%');
  });
});
