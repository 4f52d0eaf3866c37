import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLACEMENTS, placed } from './placement.js';

const PAYLOAD = `1' OR "é"=\r\n`;

describe('a payload in a request', () => {
  it('is percent-encoded in query, path and cookie', () => {
    const encoded = "1'%20OR%20%22%C3%A9%22%3D%0D%0A";
    expect(placed(PAYLOAD, 'query')).toMatchObject({ method: 'GET', url: `/search?q=${encoded}` });
    expect(placed(PAYLOAD, 'path')).toMatchObject({ method: 'GET', url: `/search/${encoded}` });
    expect(placed(PAYLOAD, 'cookie')).toMatchObject({ url: '/search', headers: { cookie: `q=${encoded}` } });
  });

  it('is a string of JSON in a body', () => {
    const { method, body, headers } = placed(PAYLOAD, 'json');
    expect(method).toBe('POST');
    expect(JSON.parse(String(body))).toEqual({ q: PAYLOAD });
    expect(headers).toMatchObject({ 'content-type': 'application/json' });
  });

  it('stays as it is in a header, but for what no client can send there', () => {
    expect(placed(PAYLOAD, 'header')).toMatchObject({ headers: { 'x-search': `1' OR "%C3%A9"=%0D%0A` } });
  });

  it('never breaks a request line or a header, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.constantFrom(...PLACEMENTS),
        (payload, placement) => {
          const { url, headers } = placed(`\ud800${payload}`, placement);
          expect(url).toMatch(/^\/[\x21-\x7e]*$/);
          for (const value of Object.values(headers ?? {})) expect(value).toMatch(/^[\t\x20-\x7e]*$/);
        },
      ),
    );
  });
});
