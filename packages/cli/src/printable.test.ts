import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, printableJson } from './printable.js';

const DANGEROUS = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

describe('printable text', () => {
  it('shows terminal escapes, line breaks, bidi marks and invisible characters instead of obeying them', () => {
    expect(printable('a\x1b[2Jb\r\n\tc\u202ed\u200be\u{e0041}f\x9b\ud800')).toBe(
      'a\\x1b[2Jb\\r\\n\\tc\\u{202e}d\\u{200b}e\\u{e0041}f\\x9b\\u{d800}',
    );
  });

  it('leaves ordinary text of any language as it is', () => {
    for (const text of ["O'Brien", '..\\..\\windows', 'Привет, мир', '日本語', 'naïve 😀'])
      expect(printable(text)).toBe(text);
  });

  it('never holds anything that a terminal acts upon', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        (text) => void expect(printable(text)).not.toMatch(DANGEROUS),
      ),
    );
  });
});

describe('printable JSON', () => {
  it('means the same and shows nothing dangerous', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const json = printableJson({ [`k${text}`]: [text] });
        expect(JSON.parse(json)).toEqual({ [`k${text}`]: [text] });
        expect(json.replaceAll('\n', '')).not.toMatch(DANGEROUS);
      }),
    );
  });

  it('escapes what JSON itself leaves alone', () => {
    expect(printableJson('a\u202e\x7f\u{e0041}')).toBe('"a\\u202e\\u007f\\udb40\\udc41"');
  });
});
