import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { ApiSecurityOptions } from '@api-security/core';
import { describe, expect, it } from 'vitest';
import type { ApiSecurityMiddleware } from '../src/index.js';
import { withSecurity } from './with-security.js';

const ATTACK = "x' or 1=1 --";

interface Reply {
  readonly status: unknown;
  readonly text: string;
  readonly connection: unknown;
}

/** Starts a server that answers with a digest of what it got, and opens one connection to it. */
async function withSession(
  options: ApiSecurityOptions,
  use: (session: ClientHttp2Session, security: ApiSecurityMiddleware) => Promise<void>,
) {
  await withSecurity(options, async (security) => {
    const server = createServer(
      security.wrap(async (request, response) => {
        const hash = createHash('sha256');
        for await (const piece of request) hash.update(piece as Buffer);
        response.end(hash.digest('hex'));
      }),
    );
    server.listen(0, '127.0.0.1');
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

async function replyOf(stream: ClientHttp2Stream): Promise<Reply> {
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  const text = (await stream.toArray()).join('');
  return { status: headers[':status'], text, connection: headers.connection };
}

function send(session: ClientHttp2Session, path: string, body?: Buffer | string): Promise<Reply> {
  const method = body === undefined ? 'GET' : 'POST';
  const stream = session.request({ ':path': path, ':method': method }, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  return replyOf(stream);
}

describe('the compatibility API of node:http2', () => {
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
      for (const body of [randomBytes(300_000), randomBytes(1), Buffer.alloc(0)]) {
        const { status, text } = await send(session, '/files', body);
        expect({ status, text }).toEqual({ status: 200, text: createHash('sha256').update(body).digest('hex') });
      }
    });
  });

  it('answers a stream whose body is still coming, and serves the next one', async () => {
    await withSession({ mode: 'block', limits: { bodyMs: 50 } }, async (session) => {
      const stream = session.request({ ':path': `/users?id=${encodeURIComponent(ATTACK)}`, ':method': 'POST' });
      stream.write('the beginning');
      expect((await replyOf(stream)).status).toBe(403);
      expect((await send(session, '/users')).status).toBe(200);
    });
  });
});
