import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DescribedRequest, observeDescribedRequest } from './from-described-request.js';
import type { Observation } from './observation.js';

const context = { clock: { now: () => 5, monotonicMs: () => 6 }, tenant: 'a', bodyBytes: 1000 };

function observe(request: unknown): Observation {
  return observeDescribedRequest(request as DescribedRequest, context);
}

describe('observeDescribedRequest', () => {
  it('makes an observation that looks like a real one', () => {
    const observation = observe({
      method: 'post',
      url: '/login?next=%2F',
      headers: { 'Content-Type': 'application/json', 'x-two': ['1', '2'], none: undefined },
      body: '{"a":1}',
      address: '::ffff:192.0.2.1',
    });
    expect(observation).toEqual({
      at: 5,
      arrivedMs: 6,
      method: 'POST',
      url: '/login?next=%2F',
      path: '/login',
      query: 'next=%2F',
      headers: [
        ['content-type', 'application/json'],
        ['x-two', '1'],
        ['x-two', '2'],
      ],
      body: {
        mediaType: 'application/json',
        parameters: new Map(),
        raw: Buffer.from('{"a":1}'),
        headBytes: 7,
        parsed: undefined,
      },
      client: { key: '192.0.2.1', address: '192.0.2.1' },
      tenant: 'a',
      marks: { truncated: new Set(), unparsed: new Set() },
    });
  });

  it('needs no more than method and URL', () => {
    expect(observe({ method: 'GET', url: '/' })).toMatchObject({
      headers: [],
      body: null,
      client: { key: 'unknown', address: '' },
    });
  });

  it('takes headers as entries, in their order', () => {
    const headers = [
      ['B', '1'],
      ['a', '2'],
      ['b', '3'],
    ];
    expect(observe({ method: 'GET', url: '/', headers }).headers).toEqual([
      ['b', '1'],
      ['a', '2'],
      ['b', '3'],
    ]);
  });

  it('takes a body as text, bytes or parsed value', () => {
    const body = (value: unknown): Observation['body'] => observe({ method: 'POST', url: '/', body: value }).body;
    expect(body('ü')).toMatchObject({ raw: Buffer.from('ü'), parsed: undefined, mediaType: '' });
    expect(body(new Uint8Array([97]))).toMatchObject({ raw: Buffer.from('a'), parsed: undefined });
    expect(body({ a: [1] })).toMatchObject({ raw: null, headBytes: 0, parsed: { a: [1] } });
    expect(body([1])).toMatchObject({ raw: null, parsed: [1] });
    expect(body(0)).toMatchObject({ raw: null, parsed: 0 });
    for (const none of [undefined, null, '', Buffer.alloc(0)]) expect(body(none)).toBeNull();
  });

  it('cuts and marks a body longer than the limit', () => {
    const { body, marks } = observe({ method: 'POST', url: '/', body: `a${'x'.repeat(2000)}z` });
    expect(body).toMatchObject({ headBytes: 750 });
    expect(body?.raw?.toString()).toMatch(/^ax+z$/);
    expect(body?.raw).toHaveLength(1000);
    expect([...marks.truncated]).toEqual(['body-bytes']);
  });

  it('marks bytes that are still encoded, and not a text that only kept the header', () => {
    const headers = { 'content-encoding': 'gzip' };
    const encoded = observe({ method: 'POST', url: '/', headers, body: gzipSync('{"a":1}') });
    expect([...encoded.marks.unparsed]).toEqual(['encoding']);
    const decoded = observe({ method: 'POST', url: '/', headers, body: Buffer.from('{"a":1}') });
    expect([...decoded.marks.unparsed]).toEqual([]);
  });

  it('gives a text no charset, and bytes the one that they are said to be in', () => {
    const headers = { 'content-type': 'text/plain; charset=gbk; format=flowed' };
    const parametersOf = (body: unknown) => observe({ method: 'POST', url: '/', headers, body }).body?.parameters;
    expect(parametersOf('ü')).toEqual(new Map([['format', 'flowed']]));
    expect(parametersOf(Buffer.from('c4e3', 'hex'))).toEqual(
      new Map([
        ['charset', 'gbk'],
        ['format', 'flowed'],
      ]),
    );
  });

  it('takes a client key as given', () => {
    expect(observe({ method: 'GET', url: '/', address: '2001:db8::1', client: 'user-7' }).client).toEqual({
      key: 'user-7',
      address: '2001:db8::1',
    });
    expect(observe({ method: 'GET', url: '/', address: '2001:db8::1' }).client.key).toBe('2001:db8::/64');
  });

  it('names the field that is wrong', () => {
    const valid = { method: 'GET', url: '/' };
    const wrong: [string, unknown][] = [
      ['request', null],
      ['request', 'GET /'],
      ['method', { url: '/' }],
      ['method', { ...valid, method: '' }],
      ['method', { ...valid, method: 'GET /' }],
      ['method', { ...valid, method: 1 }],
      ['url', { method: 'GET' }],
      ['url', { ...valid, url: '' }],
      ['url', { ...valid, url: 'users?id=1' }],
      ['url', { ...valid, url: 'javascript:alert(1)' }],
      ['headers', { ...valid, headers: 'a: b' }],
      ['headers', { ...valid, headers: null }],
      ['headers', { ...valid, headers: [['a']] }],
      ['headers', { ...valid, headers: ['ab'] }],
      ['headers', { ...valid, headers: [['', 'b']] }],
      ['headers.accept', { ...valid, headers: { accept: 1 } }],
      ['headers.accept', { ...valid, headers: { accept: ['a', null] } }],
      ['body', { ...valid, body: () => 1 }],
      ['body', { ...valid, body: Symbol('a') }],
      ['body', { ...valid, body: 1n }],
      ['address', { ...valid, address: 'localhost' }],
      ['address', { ...valid, address: 1 }],
      ['client', { ...valid, client: '' }],
      ['client', { ...valid, client: {} }],
    ];
    for (const [field, request] of wrong) {
      expect(() => observe(request)).toThrow(
        expect.objectContaining({
          code: 'API_SECURITY_REQUEST_INVALID',
          message: expect.stringContaining(`"${field}"`),
        }),
      );
    }
  });

  it('either makes an observation or throws that one code, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (body, headers, address) => {
        try {
          const { method } = observe({ method: 'GET', url: '/', body, headers, address });
          expect(method).toBe('GET');
        } catch (error) {
          expect(error).toMatchObject({ code: 'API_SECURITY_REQUEST_INVALID' });
        }
      }),
    );
  });
});
