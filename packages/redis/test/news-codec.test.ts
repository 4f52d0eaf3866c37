import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeNews, encodeNews } from '../src/news-codec.js';

describe('the codec of news', () => {
  it('gives null for any other message, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (message) => {
        expect(decodeNews(message)).toBe(null);
      }),
    );
  });

  it('gives back any text exactly', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (reason, clientKey) => {
        const ban = { tenant: null, clientKey, from: 1, until: 2, reason, by: '\ud800' };
        const news = { event: 'banned', payload: ban } as const;
        expect(decodeNews(encodeNews('me', news))).toEqual({ from: 'me', news });
      }),
    );
  });

  it('gives back that the settings are others', () => {
    const news = { event: 'settings', payload: { tenant: null, version: 7, at: 1, by: 'ada' } } as const;
    expect(decodeNews(encodeNews('me', news))).toEqual({ from: 'me', news });
  });

  it.each([
    ['{"version":1,"from":"x","event":"banned","payload":{}}'],
    ['{"version":1,"from":"x","event":"settings","payload":{}}'],
    ['{"version":1,"from":"x","event":"settings","payload":{"tenant":"a","version":1,"at":1,"by":"ada"}}'],
    [
      '{"version":1,"from":"x","event":"banned","payload":{"tenant":null,"clientKey":"a","from":1,"until":"9","reason":"","by":""}}',
    ],
    [
      '{"version":1,"from":"x","event":"unbanned","payload":{"tenant":1,"clientKey":"a","from":1,"until":9,"reason":"","by":""}}',
    ],
    ['{"version":2,"from":"x","event":"alert","payload":{}}'],
    ['{"version":1,"from":"x","event":"alert","payload":null}'],
    [`{"version":1,"from":"x","event":"alert","payload":{"a":"${'a'.repeat(1_000_000)}"}}`],
  ])('gives null for %.120s', (message) => {
    expect(decodeNews(message)).toBe(null);
  });
});
