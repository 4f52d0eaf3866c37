import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charactersOf } from './characters.js';
import type { PlaceKind } from './content-value.js';
import { decodeText, decodeValue } from './decode.js';

function decoded(text: string, kind: PlaceKind = 'body') {
  const value = decodeValue({ place: 'x', kind, name: 'x', text });
  return [value.decoded, value.chain.join(' ')];
}

describe('decodeValue', () => {
  it.each([
    ['percent', '%27%20OR%201%3D1--', "' OR 1=1--", 'percent'],
    ['percent twice', '%252e%252e%252f', '../', 'percent percent'],
    ['percent of UTF-8', '%E2%82%AC', '€', 'percent'],
    ['percent of Latin-1', 'caf%E9', 'café', 'percent'],
    ['a percent sign that encodes the next one', '%%32%65', '.', 'percent percent'],
    ['overlong slash', '..%c0%af..%c0%afetc', '../../etc', 'percent overlong-utf8'],
    ['overlong backslash', '..%c1%9c..%c1%1c', '..\\..\\', 'percent overlong-utf8'],
    [
      'overlong of three, four and six bytes',
      '%e0%80%af%f0%80%80%af%fc%80%80%80%80%af',
      '///',
      'percent overlong-utf8',
    ],
    ['masked dots', '%c0%ae%c0%ee', '..', 'percent overlong-utf8'],
    ['percent-u', '%u003cscript%U003E', '<script>', 'percent-u'],
    ['named entities', '&lt;img src=x onerror&equals;alert&lpar;1&rpar;&gt;', '<img src=x onerror=alert(1)>', 'html'],
    ['entities without semicolon', '&#60svg&#x3E', '<svg>', 'html'],
    ['entities with many zeros', '&#0000000060;', '<', 'html'],
    ['an entity inside a word', 'java&Tab;script&colon;alert', 'java\tscript:alert', 'html'],
    ['unicode escapes', '\\u003cb\\u{3e}', '<b>', 'unicode-escape'],
    ['hex escapes', '\\x3cscript\\x3E', '<script>', 'hex-escape'],
    ['full-width letters', '＜ｓｃｒｉｐｔ＞', '<script>', 'nfkc'],
    ['full-width percent signs', '％２７', "'", 'nfkc percent'],
    ['HTML in percent in percent', '%2526lt%253Bb', '<b', 'percent percent html'],
  ])('takes off %s', (_, text, expected, chain) => {
    expect(decoded(text)).toEqual([expected, chain]);
  });

  it.each([
    "O'Brien",
    '100% sure',
    '50%off and 5 % more',
    'AT&T, R&D &c',
    'a&ltd',
    '?a=1&lt=5',
    'C:\\users\\new',
    '&#;&#x;&#99999999999;',
    '%u12',
    '%',
    '\\u{110000}',
    'a+b',
    'größer als 東京',
  ])('leaves %j as it is', (text) => {
    expect(decoded(text)).toEqual([text, '']);
  });

  it('reads a plus sign as a space in query strings and forms, and only as it was sent', () => {
    expect(decoded('union+select', 'query')).toEqual(['union select', 'plus']);
    expect(decoded('1%2B1+x', 'query')).toEqual(['1+1 x', 'plus percent']);
    expect(decodeValue({ place: 'x', kind: 'body', name: 'x', text: 'a+b' }, true).decoded).toBe('a b');
  });

  it('keeps the original text beside the decoded one', () => {
    expect(decodeValue({ place: 'query.q', kind: 'query', name: 'q', text: '%3C' })).toEqual({
      name: 'q',
      place: 'query.q',
      kind: 'query',
      text: '%3C',
      decoded: '<',
      chain: ['percent'],
      characters: charactersOf('<'),
      plain: true,
    });
  });

  it('stops after five rounds and says that the text is not settled', () => {
    const layers = (count: number) => `%${'25'.repeat(count)}41`;
    expect(decodeText(layers(4), false)).toMatchObject({ decoded: 'A', settled: true });
    expect(decodeText(layers(5), false)).toMatchObject({ decoded: '%41', settled: false });
  });
});

describe('decodeText, of marks in a row', () => {
  const joined = (marks: string) => marks.replace(/(.{30})(?=.)/gu, '$1\u034f');

  it('leaves as many as languages need as they are', () => {
    for (const marks of ['\u0327\u0301', '\u0301'.repeat(30)]) {
      expect(decodeText(`q${marks}`, false)).toMatchObject({ decoded: `q${marks}`, chain: [], settled: true });
    }
  });

  it('joins more of them, so that no more than 30 are sorted at once', () => {
    for (const mark of ['\u0301', '\u{1d165}', '\u0e38']) {
      for (const count of [31, 60, 61, 92]) {
        const { decoded, settled } = decodeText(`q${mark.repeat(count)}`, false);
        expect([decoded, settled]).toEqual([`q${joined(mark.repeat(count))}`, true]);
      }
    }
    // Half-width sound marks become marks only when they are normalised.
    const kana = decodeText('\uff9e\u0327'.repeat(40), false);
    expect(kana.settled).toBe(true);
    expect(kana.decoded.split('\u034f').map((run) => run.length)).toEqual([30, 30, 20]);
  });

  it('finds them wherever they begin', () => {
    for (let before = 0; before < 40; before++) {
      expect(decodeText(`${'a'.repeat(before)}${'\u0327\u0301'.repeat(20)}b`, false).decoded).toContain('\u034f');
    }
  });
});

/** Texts that are likely to be encoded, in likely and unlikely ways. */
const encodedish = fc
  .array(
    fc.oneof(
      fc.constantFrom('%', '%25', '%c0', '%af', '%u', '&', '&#', '&#x', '&lt', ';', '\\', '\\u', '\\x', '{', '}', '+'),
      fc.stringMatching(/^[0-9a-f]{1,4}$/),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(''));

describe('decodeText, for any text', () => {
  it('reaches a fixed point or says that it did not', () => {
    fc.assert(
      fc.property(encodedish, fc.boolean(), (text, plus) => {
        const first = decodeText(text, plus);
        const again = decodeText(first.decoded, false);
        expect(again.chain.length > 0).toBe(!first.settled);
      }),
      { numRuns: 2000 },
    );
  });

  it('undoes what encodeURIComponent does, at any of five depths', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -$'-[\]-~]{1,20}$/), fc.integer({ min: 1, max: 5 }), (text, depth) => {
        let encoded = text;
        for (let i = 0; i < depth; i++) encoded = encodeURIComponent(encoded);
        fc.pre(!text.includes('%'));
        expect(decodeText(encoded, false).decoded).toBe(text);
      }),
    );
  });

  it('has an empty chain exactly when nothing changed', () => {
    fc.assert(
      fc.property(encodedish, (text) => {
        const { decoded: result, chain } = decodeText(text, false);
        expect(chain.length === 0).toBe(result === text);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    '%',
    '%25',
    '%u',
    '%c0',
    '&',
    '&#',
    '&#x',
    '&#1',
    '&lt',
    '\\',
    '\\u',
    '\\u{',
    '\\u{1',
    '＜',
    '&amp;',
    '%2526',
  ])('is done with 40 kB of %s', (piece) => {
    const text = piece.repeat(Math.ceil(40_000 / piece.length));
    expect(decodeText(text, true).decoded.length).toBeLessThanOrEqual(text.length);
  });
});
