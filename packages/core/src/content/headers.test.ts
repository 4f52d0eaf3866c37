import { describe, expect, it } from 'vitest';
import type { HeaderEntry } from '../observation/observation.js';
import { readHeader } from './headers.js';
import { DEFAULT_CONTENT_LIMITS } from './limits.js';
import { ValueCollector } from './value-collector.js';

function read(...headers: HeaderEntry[]): string[] {
  const into = new ValueCollector(DEFAULT_CONTENT_LIMITS);
  for (const [name, value] of headers) readHeader(name, value, into);
  return into.values.map((value) => `${value.kind} ${value.place}: ${value.text}`);
}

describe('readHeader', () => {
  it('passes over what machines agree on', () => {
    expect(
      read(
        ['accept', 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8'],
        ['accept-encoding', 'gzip, deflate, br'],
        ['accept-language', 'de-DE,de;q=0.9'],
        ['accept-language', 'id-ID,id;q=0.9,ps;q=0.8'],
        ['content-type', 'multipart/form-data; boundary=----WebKitFormBoundary7MA4'],
        ['if-none-match', 'W/"67ab43"'],
        ['if-modified-since', 'Tue, 15 Nov 1994 08:12:31 GMT'],
        ['sec-fetch-dest', 'document'],
      ),
    ).toEqual([]);
  });

  it.each([
    ['sec-fetch-dest', `document\${jndi:ldap://x/a}`],
    ['accept', '../../../../etc/passwd'],
    ['content-type', "%{(#nike='multipart/form-data')}"],
    ['accept-language', "en' or 1=1"],
    ['accept-language', 'en UNION ALL SELECT 1,2,3'],
    ['accept-language', 'en; cat /etc/passwd'],
    ['if-none-match', '"<script>"'],
    ['range', 'bytes=0-\u0000'],
    ['accept-encoding', '//evil.example'],
  ])('sees an attack in %s', (name, value) => {
    expect(read([name, value])).toEqual([`header header.${name}: ${value}`]);
  });

  it('reads every other header, and names that are odd', () => {
    expect(
      read(['host', 'a.example'], ['user-agent', 'curl/8'], ['x-forwarded-for', '127.0.0.1'], ['x-$ne', '1']),
    ).toEqual([
      'header header.host: a.example',
      'header header.user-agent: curl/8',
      'header header.x-forwarded-for: 127.0.0.1',
      'key header.x-$ne: x-$ne',
      'header header.x-$ne: 1',
    ]);
  });

  it('reads of the pseudo-headers of HTTP/2 the host only', () => {
    expect(read([':method', 'GET'], [':path', '/a'], [':authority', 'a.example'])).toEqual([
      'header header.:authority: a.example',
    ]);
  });

  it('splits cookies', () => {
    expect(read(['cookie', 'a=1; b="two";  c=x=y; $d=<; lonely'])).toEqual([
      'cookie cookie.a: 1',
      'cookie cookie.b: two',
      'cookie cookie.c: x=y',
      'key cookie.$d: $d',
      'cookie cookie.$d: <',
      'cookie cookie.: lonely',
    ]);
  });

  it('keeps opaque credentials out of the values, and nothing else', () => {
    expect(read(['authorization', 'Bearer sk_live.abcdefghijklmnop~+/=='])).toEqual([]);
    expect(read(['authorization', 'c2VjcmV0'])).toEqual([]);
    expect(read(['authorization', `Basic ${btoa("admin' or '1'='1:x")}`])).toEqual([
      "header header.authorization~base64: admin' or '1'='1:x",
    ]);
    expect(read(['authorization', `Bearer \${jndi:ldap://x}`])).toEqual([
      `header header.authorization: \${jndi:ldap://x}`,
    ]);
  });

  it('does not take a path for a credential', () => {
    expect(read(['authorization', 'Bearer ../../etc/passwd'])).toEqual([
      'header header.authorization: ../../etc/passwd',
    ]);
  });

  it('restores UTF-8 that the server handed over as Latin-1', () => {
    expect(read(['x-name', Buffer.from('Zoë').toString('latin1')])).toEqual(['header header.x-name: Zoë']);
  });
});
