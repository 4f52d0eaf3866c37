import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { echo } from '@api-security/core/testing';
import Koa from 'koa';
import Koa2 from 'koa2';
import { expect, it } from 'vitest';
import { startKoaHttp2 } from './start-koa.js';
import { ATTACK, withSecurity } from './with-app.js';

async function ask(session: ClientHttp2Session, path: string, body = '') {
  const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/json' });
  const [headers] = (await Promise.all([once(stream, 'response'), stream.end(body)]))[0];
  return { status: headers[':status'], type: headers['content-type'], text: await text(stream) };
}

it.each([
  ['Koa 3', Koa],
  ['Koa 2', Koa2],
])('%s guards HTTP/2', async (_name, Framework) => {
  await withSecurity({ mode: 'block' }, async (security) => {
    const server = await startKoaHttp2(Framework, {
      security,
      parser: 'after',
      mountPath: '/api',
      route: null,
      handler: echo,
    });
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    try {
      expect(await ask(session, '/api/orders', '{"item":"tea"}')).toMatchObject({ status: 200 });
      for (const [path, body] of [
        [`/api${ATTACK}`, '{}'],
        ['/api/orders', JSON.stringify({ note: "x' or 1=1 --" })],
      ] as const) {
        const answer = await ask(session, path, body);
        expect([answer.status, answer.type]).toEqual([403, 'application/problem+json']);
        expect(JSON.parse(answer.text)).toMatchObject({ code: 'API_SECURITY_REQUEST_REJECTED' });
      }
      expect(security.counters).toMatchObject({ requests: 3, rejected: 2 });
    } finally {
      session.destroy();
      server.close();
    }
  });
});
