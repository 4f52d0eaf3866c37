import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charactersOf } from './characters.js';
import { readJsonString } from './json-string.js';

describe('readJsonString', () => {
  it('reads what JSON.stringify wrote, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = JSON.stringify(text);
        expect(readJsonString(`[${json},1]`, 1)).toEqual({
          value: text,
          characters: charactersOf(text),
          end: 1 + json.length,
          closed: true,
          valid: true,
        });
      }),
    );
  });

  it('keeps escapes that JSON does not know and says so', () => {
    expect(readJsonString('"\\x41\\u12"', 0)).toMatchObject({
      value: '\\x41\\u12',
      end: 10,
      closed: true,
      valid: false,
    });
    expect(readJsonString('"a\nb"', 0)).toMatchObject({ value: 'a\nb', valid: false });
  });

  it('takes the rest of the text where no quote closes it', () => {
    expect(readJsonString('"abc', 0)).toMatchObject({ value: 'abc', end: 4, closed: false, valid: true });
    expect(readJsonString('"abc\\', 0)).toMatchObject({ value: 'abc\\', end: 5, closed: false });
    expect(readJsonString('"abc\\"', 0)).toMatchObject({ value: 'abc"', end: 6, closed: false });
  });
});
