import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { sendRaw } from '../http-client.js';
import type { Expect, Test } from '../suite.js';
import { within } from '../within.js';
import { ATTACK, ATTACK_PATH, json } from './bodies.js';
import { type AdapterHarness, type GuardedApp, withApp } from './harness.js';
import { sharing } from './sharing.js';

const line = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nhost: app.test\r\n${more}\r\n`;

/** Connections go on as HTTP lets them, whatever becomes of the requests on them. */
export function keepsConnections(test: Test, expect: Expect, harness: AdapterHarness): void {
  const share = sharing<GuardedApp>(test, (use) => withApp(harness, { options: { mode: 'block' } }, use));

  share('a connection serves the next request after a rejection', async (app) => {
    const large = json({ note: ATTACK, filling: 'tea '.repeat(75_000) });
    const { handled } = app.seen;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const statuses: number[] = [];
    for (const sent of [{ path: ATTACK_PATH }, json({ item: 'tea' }), large, json({ item: 'tea' })]) {
      statuses.push((await app.assessed({ ...sent, agent })).reply.status);
    }
    agent.destroy();
    expect(statuses).toEqual([403, 200, 403, 200]);
    expect(app.seen.handled).toBe(handled + 2);
  });

  share('a rejection leaves the connection open when the request was complete', async (app) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<unknown>();
    app.server.on('connection', ({ remotePort }) => ports.add(remotePort));
    for (const sent of [json({ note: ATTACK }), { path: ATTACK_PATH }, json({ item: 'tea' })]) {
      await app.assessed({ ...sent, agent });
    }
    agent.destroy();
    expect(ports.size).toBe(1);
  });

  share('requests that arrive together are answered one by one, in order', async (app) => {
    const pipelined = line('/users') + line(ATTACK_PATH) + line('/items', 'connection: close\r\n');
    const { requests } = app.security.counters;
    const answers = await sendRaw(app.port, [pipelined]);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 403', 'HTTP/1.1 200']);
    expect(app.security.counters.requests).toBe(requests + 3);
  });

  share('bodies that arrive together are told apart', async (app) => {
    const post = (note: string, more = '') => {
      const body = JSON.stringify({ note });
      const head = `content-type: application/json\r\ncontent-length: ${body.length}\r\n${more}`;
      return `POST /orders HTTP/1.1\r\nhost: app.test\r\n${head}\r\n${body}`;
    };
    const answers = await sendRaw(app.port, [post('tea') + post(ATTACK) + post('milk', 'connection: close\r\n')]);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 403', 'HTTP/1.1 200']);
  });

  share('a client that closes its side after the request still gets its answer', async (app) => {
    const socket = connect({ host: '127.0.0.1', port: app.port });
    const pieces: Buffer[] = [];
    socket.on('data', (piece: Buffer) => pieces.push(piece));
    const assessed = app.nextAssessment();
    socket.end(line('/users', 'connection: close\r\n'));
    await within('the end of the answer', once(socket, 'close'));
    expect(Buffer.concat(pieces).toString().startsWith('HTTP/1.1 200 ')).toBe(true);
    await assessed;
  });

  for (const [note, status] of [
    ['two of them, please', 200],
    [ATTACK, 403],
  ] as const) {
    share(`a body that waits to be asked for is asked for, and answered with ${status}`, async (app) => {
      const order: string[] = [];
      const assessed = app.nextAssessment();
      const request = httpRequest({ port: app.port, host: '127.0.0.1', method: 'POST', path: '/orders', agent: false });
      for (const [name, value] of Object.entries({ expect: '100-continue', 'content-type': 'application/json' }))
        request.setHeader(name, value);
      request.on('continue', () => {
        order.push('asked');
        request.end(JSON.stringify({ note }));
      });
      request.flushHeaders();
      const [response] = (await within('the answer', once(request, 'response'))) as [IncomingMessage];
      order.push(String(response.statusCode));
      response.resume();
      await once(response, 'close');
      expect(order).toEqual(['asked', String(status)]);
      await assessed;
    });
  }

  share('a WebSocket handshake is watched once the server is attached', async (app) => {
    const accepted: string[] = [];
    app.server.on('upgrade', (request, socket) => {
      accepted.push(request.url ?? '');
      socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
    });
    const detach = app.security.attach(app.server);
    const handshake = 'upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n';
    const statuses: string[] = [];
    for (const path of ['/chat?room=7', `/chat?room=${encodeURIComponent(ATTACK)}`]) {
      const assessed = app.nextAssessment();
      statuses.push((await sendRaw(app.port, [line(path, handshake)])).slice(0, 12));
      await assessed;
    }
    detach();
    expect(statuses).toEqual(['HTTP/1.1 101', 'HTTP/1.1 403']);
    expect(accepted).toEqual(['/chat?room=7']);
  });
}
