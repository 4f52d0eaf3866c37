import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NodeRequest, observeNodeRequest, splitTarget } from './from-node-request.js';
import { type Observation, openMarks } from './observation.js';

const clock = { now: () => 1_700_000_000_000, monotonicMs: () => 12.5 };
const client = { key: '192.0.2.1', address: '192.0.2.1' };

function observe(request: NodeRequest): Observation {
  return observeNodeRequest(request, { clock, client, tenant: null, body: null, marks: openMarks() });
}

/** What a real server makes of these bytes. */
async function received(bytes: string): Promise<Observation> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(bytes, 'latin1');
  const [request] = (await once(server, 'request')) as [IncomingMessage];
  const observation = observe(request);
  socket.destroy();
  server.close();
  return observation;
}

describe('observeNodeRequest', () => {
  it('reads a request off the wire: time, method, target and headers in their order, repeats kept', async () => {
    const observation = await received(
      'GET /a%20b/c?x=1&x=%27 HTTP/1.1\r\nHost: api.example\r\nX-Two: 1\r\nAccept: */*\r\nx-two: 2\r\nCookie: a=b\r\n\r\n',
    );
    expect(observation).toEqual({
      at: 1_700_000_000_000,
      arrivedMs: 12.5,
      method: 'GET',
      url: '/a%20b/c?x=1&x=%27',
      path: '/a%20b/c',
      query: 'x=1&x=%27',
      headers: [
        ['host', 'api.example'],
        ['x-two', '1'],
        ['accept', '*/*'],
        ['x-two', '2'],
        ['cookie', 'a=b'],
      ],
      body: null,
      client,
      tenant: null,
      marks: openMarks(),
    });
  });

  it('keeps bytes above ASCII and two Host headers', async () => {
    const { headers } = await received('GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nUser-Agent: caf\xe9\r\n\r\n');
    expect(headers).toEqual([
      ['host', 'a'],
      ['host', 'b'],
      ['user-agent', 'caf\xe9'],
    ]);
  });

  it('survives the absolute form, an asterisk and unusual methods', async () => {
    const absolute = await received('GET http://user@internal:8080/admin?x=/y HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(absolute).toMatchObject({ url: 'http://user@internal:8080/admin?x=/y', path: '/admin', query: 'x=/y' });
    expect(await received('OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n')).toMatchObject({ path: '*', query: '' });
    expect(await received('M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n')).toMatchObject({ method: 'M-SEARCH' });
  });

  it('takes the URL from before a router took the mount path off', () => {
    expect(observe({ method: 'GET', url: '/1?q=2', originalUrl: '/api/users/1?q=2' })).toMatchObject({
      url: '/api/users/1?q=2',
      path: '/api/users/1',
      query: 'q=2',
    });
  });

  it('falls back to parsed headers where there are no raw ones', () => {
    expect(observe({ url: '/', headers: { Accept: 'a', 'set-cookie': ['b', 'c'], gone: undefined } }).headers).toEqual([
      ['accept', 'a'],
      ['set-cookie', 'b'],
      ['set-cookie', 'c'],
    ]);
  });

  it('takes :authority of HTTP/2 for its host and leaves the other pseudo-headers out', () => {
    const rawHeaders = [':method', 'GET', ':path', '/', ':authority', 'api.example', 'accept', '*/*'];
    expect(observe({ url: '/', rawHeaders }).headers).toEqual([
      ['host', 'api.example'],
      ['accept', '*/*'],
    ]);
  });

  it('makes something of nothing', () => {
    expect(observe({})).toMatchObject({ method: '', url: '', path: '', query: '', headers: [] });
    expect(observe({ method: 'get', url: '/', originalUrl: 5, rawHeaders: ['odd'] })).toMatchObject({
      method: 'GET',
      url: '/',
      headers: [],
    });
  });
});

describe('splitTarget', () => {
  it('loses no character of any target', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true, withFragments: true })), (url) => {
        const { path, query } = splitTarget(url);
        const kept = query === '' ? path : `${path}?${query}`;
        const authority = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i.exec(url)?.[0] ?? '';
        expect([url, url.replace(/\?$/, '')]).toContain(url.startsWith('/') ? kept : authority + kept);
      }),
    );
  });

  it('keeps stray fragments, double slashes and further question marks', () => {
    expect(splitTarget('//evil.example/a?b?c#d')).toEqual({
      url: '//evil.example/a?b?c#d',
      path: '//evil.example/a',
      query: 'b?c#d',
    });
    expect(splitTarget('/a#?b')).toMatchObject({ path: '/a#', query: 'b' });
    expect(splitTarget('http://h')).toMatchObject({ path: '', query: '' });
  });
});
