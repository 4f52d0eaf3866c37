import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type ClientHttp2Session, connect, createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { ApiSecurityOptions } from '@api-security/core';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { ApiSecurityMiddleware } from '../src/index.js';
import { withSecurity } from './served.js';

const ATTACK = "x' or 1=1 --";

/** Serves an app that answers with a digest of what it got, and opens one connection to it. */
async function withSession(
  options: ApiSecurityOptions,
  use: (session: ClientHttp2Session, security: ApiSecurityMiddleware) => Promise<void>,
) {
  await withSecurity(options, async (security) => {
    const app = new Hono().use(security);
    app.all('*', async (c) => {
      const bytes = new Uint8Array(await c.req.arrayBuffer());
      return c.text(createHash('sha256').update(bytes).digest('hex'));
    });
    const server = serve({ fetch: app.fetch, createServer, port: 0, hostname: '127.0.0.1' }) as Http2Server;
    await once(server, 'listening');
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    try {
      await use(session, security);
    } finally {
      session.destroy();
      server.close();
    }
  });
}

async function send(session: ClientHttp2Session, path: string, body?: Buffer | string, whole = true) {
  const method = body === undefined ? 'GET' : 'POST';
  const stream = session.request({ ':path': path, ':method': method }, { endStream: body === undefined });
  stream.on('error', () => {});
  if (body !== undefined) stream.write(body);
  if (body !== undefined && whole) stream.end();
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  const pieces: Buffer[] = [];
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  await once(stream, 'end');
  return { status: headers[':status'], connection: headers.connection, text: Buffer.concat(pieces).toString() };
}

describe('over HTTP/2', () => {
  it('rejects attacks in query and body, and leaves the connection to the streams beside them', async () => {
    await withSession({ mode: 'block' }, async (session, security) => {
      const replies = await Promise.all([
        send(session, '/users?name=O%27Brien'),
        send(session, `/users?name=${encodeURIComponent(ATTACK)}`),
        send(session, '/notes', "Miles O'Brien selects a plan from the list"),
        send(session, '/notes', ATTACK),
      ]);
      expect(replies.map(({ status }) => status)).toEqual([200, 403, 200, 403]);
      expect(replies.map(({ connection }) => connection)).toEqual(Array(4).fill(undefined));
      expect(security.counters).toMatchObject({ requests: 4, scored: 4, unscored: 0, errors: 0 });
    });
  });

  it.each(['monitor', 'block'] as const)('leaves the bytes of a body as they are: %s', async (mode) => {
    await withSession({ mode }, async (session) => {
      for (const body of [randomBytes(300_000), randomBytes(1)]) {
        const { status, text } = await send(session, '/files', body);
        expect({ status, text }).toEqual({ status: 200, text: createHash('sha256').update(body).digest('hex') });
      }
    });
  });

  it('answers a stream whose body is still coming, and serves the next one', async () => {
    await withSession({ mode: 'block', limits: { bodyMs: 50 } }, async (session) => {
      const path = `/users?id=${encodeURIComponent(ATTACK)}`;
      const { status, text } = await send(session, path, 'the beginning', false);
      expect({ status, code: JSON.parse(text).code }).toEqual({ status: 403, code: 'API_SECURITY_REQUEST_REJECTED' });
      expect((await send(session, '/users')).status).toBe(200);
    });
  });
});
