import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMediaType } from './media-type.js';

function parsed(value: string | undefined): [string, Record<string, string>] {
  const { mediaType, parameters } = parseMediaType(value);
  return [mediaType, Object.fromEntries(parameters)];
}

describe('parseMediaType', () => {
  it('reads types and parameters', () => {
    expect(parsed('application/json')).toEqual(['application/json', {}]);
    expect(parsed('Text/HTML; Charset=UTF-8')).toEqual(['text/html', { charset: 'UTF-8' }]);
    expect(parsed('multipart/form-data; boundary=----abc123')).toEqual([
      'multipart/form-data',
      { boundary: '----abc123' },
    ]);
  });

  it('reads quoted values, escapes and semicolons within them', () => {
    expect(parsed('multipart/mixed; boundary="a;b\\"c"; x=1')).toEqual([
      'multipart/mixed',
      { boundary: 'a;b"c', x: '1' },
    ]);
  });

  it('takes the first of a repeated parameter', () => {
    expect(parsed('a/b; x=1; X=2')).toEqual(['a/b', { x: '1' }]);
  });

  it('is empty for no header', () => {
    expect(parsed(undefined)).toEqual(['', {}]);
    expect(parsed('')).toEqual(['', {}]);
  });

  it('makes the best of what is not well formed', () => {
    expect(parsed(';;; ;=x; a ;b=')).toEqual(['', { b: '' }]);
    expect(parsed('json')).toEqual(['json', {}]);
    expect(parsed('a/b; boundary="never closed')).toEqual(['a/b', { boundary: '"never closed' }]);
    expect(parsed('a/b; __proto__=1')[1]).toEqual(Object.fromEntries([['__proto__', '1']]));
  });

  it('takes any text, and reads back what it was given', () => {
    const token = fc.stringMatching(/^[a-z0-9]{1,10}$/);
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseMediaType(text).parameters.size).toBeLessThanOrEqual(16);
      }),
    );
    fc.assert(
      fc.property(token, token, fc.dictionary(token, token, { maxKeys: 5 }), (type, subtype, parameters) => {
        const text = [`${type}/${subtype}`, ...Object.entries(parameters).map(([k, v]) => `${k}="${v}"`)].join('; ');
        expect(parsed(text)).toEqual([`${type}/${subtype}`, { ...parameters }]);
      }),
    );
  });
});
