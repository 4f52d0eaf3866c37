import { once } from 'node:events';
import { ServerResponse } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import type { AdapterApp } from '@api-security/core/testing';
import fastify, { type FastifyReply } from 'fastify';
import { describe, expect, it, vi } from 'vitest';
import { apiSecurity } from '../src/index.js';
import { ATTACK, attacking, portOf, withPlugin } from './guarded-app.js';
import { startFastifyHttp2 } from './start-fastify.js';

describe('app.inject()', () => {
  it('is a request like any other', async () => {
    await withPlugin({ mode: 'block' }, async ({ app, security, assessments }) => {
      void app.register(security);
      app.post('/notes', async ({ body, apiSecurity }) => ({ body, level: apiSecurity?.level }));
      const passed = await app.inject({ method: 'POST', url: '/notes', payload: { note: "O'Brien" } });
      expect(passed.json()).toEqual({ body: { note: "O'Brien" }, level: 'low' });
      const rejected = [
        await app.inject({ method: 'POST', url: '/notes', payload: { note: ATTACK } }),
        await app.inject(attacking('/notes')),
      ];
      expect(rejected.map(({ statusCode }) => statusCode)).toEqual([403, 403]);
      expect(rejected[0]?.headers['content-type']).toBe('application/problem+json');
      await vi.waitFor(() => expect(assessments.length).toBe(3));
      expect(assessments.map(({ response }) => response?.status)).toEqual([200, 403, 403]);
      expect(assessments.map(({ evidence }) => evidence[0]?.place)).toEqual([undefined, 'body.note', 'query.id']);
      expect(security.counters.errors).toBe(0);
    });
  });
});

describe('HTTP/2', () => {
  /** Posts a note over HTTP/2. */
  async function post(port: number, note: string) {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    const stream = session.request({ ':method': 'POST', ':path': '/api/notes', 'content-type': 'application/json' });
    stream.setEncoding('utf8').end(JSON.stringify({ note }));
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    let text = '';
    for await (const piece of stream) text += piece;
    session.close();
    return { status: headers[':status'], type: headers['content-type'], text };
  }

  it.each(['before', 'after', 'none'] as const)('passes and rejects as HTTP/1 does (parser: %s)', async (parser) => {
    await withPlugin({ mode: 'block' }, async ({ security, assessments }) => {
      const handler: AdapterApp['handler'] = async ({ assessment }) => ({
        level: (assessment as { level: string }).level,
      });
      const server = await startFastifyHttp2({ security, parser, mountPath: '/api', route: null, handler });
      try {
        const { port } = server.address() as { port: number };
        expect(await post(port, "Miles O'Brien")).toMatchObject({ status: 200, text: '{"level":"low"}' });
        const rejected = await post(port, ATTACK);
        expect(rejected).toMatchObject({ status: 403, type: 'application/problem+json' });
        await vi.waitFor(() => expect(assessments.length).toBe(2));
        expect(assessments[1]?.evidence[0]?.place).toBe('body.note');
        expect(rejected.text).toContain(assessments[1]?.id);
      } finally {
        server.close();
      }
    });
  });

  it('takes the plugin with its types', async () => {
    const app = fastify({ http2: true });
    await app.register(apiSecurity({ enabled: false }));
    expect(app.apiSecurity.mode).toBe('off');
    await app.close();
  });
});

describe('what Fastify keeps from its hooks', () => {
  it('a URL that its router refuses is seen where `frameworkErrors` shows it', async () => {
    await withPlugin(
      { mode: 'block' },
      async ({ app, security, assessments, ask }) => {
        await app.register(security);
        const refused = await ask(attacking('/users/%E0%A4%A'));
        expect({ status: refused.status, body: await refused.json() }).toMatchObject({
          status: 400,
          body: { code: 'FST_ERR_BAD_URL' },
        });
        await vi.waitFor(() => expect(assessments.length).toBe(1));
        expect(assessments[0]).toMatchObject({ category: 'sqli', response: { status: 400 } });
      },
      {
        frameworkErrors: (error, request, reply) => {
          void request.server.apiSecurity.guard(request.raw, reply.raw);
          (reply as FastifyReply).send(error);
        },
      },
    );
  });

  it('a handshake that is routed to them is guarded', async () => {
    await withPlugin({ mode: 'block' }, async ({ app, security, ask }) => {
      await app.register(security);
      app.get('/live', (request, reply) => {
        reply.hijack();
        request.raw.socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: chat\r\n\r\n');
      });
      app.server.on('upgrade', (request, socket) => {
        const response = new ServerResponse(request);
        response.assignSocket(socket as never);
        response.once('finish', () => socket.end());
        app.routing(request, response);
      });
      await ask('/');
      const shake = async (path: string) => {
        const socket = connect({ host: '127.0.0.1', port: portOf(app) });
        socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: chat\r\n\r\n`);
        const [head] = (await once(socket, 'data')) as [Buffer];
        socket.destroy();
        return head.toString('latin1').split('\r\n', 1)[0];
      };
      expect(await shake('/live')).toBe('HTTP/1.1 101 Switching Protocols');
      expect(await shake(attacking('/live'))).toBe('HTTP/1.1 403 Forbidden');
    });
  });
});
