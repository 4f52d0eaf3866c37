import { createServer, get as httpGet, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Alert, createApiSecurity, memoryCoordination, type News, silentLogger } from '@api-security/core';
import { alertOf, assessmentOf, fakeRuntime, writeFakeModels } from '@api-security/core/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { type Actor, type Dashboard, type DashboardOptions, dashboard } from '../src/index.js';
import { ADA } from './served.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  vi.useRealTimers();
});

interface Watched {
  readonly watch: Dashboard;
  readonly server: Server;
  /** Of the live updates, for whatever protocol. */
  readonly at: string;
  /** What another instance has told of. */
  tell(alert: Alert): void;
  detach(): void;
}

async function start(options: Partial<DashboardOptions> = {}): Promise<Watched> {
  const models = writeFakeModels();
  const listeners = new Set<(news: News) => void>();
  const coordination = Object.assign(memoryCoordination(), {
    subscribe: (listener: (news: News) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  });
  const given = { models: models.directory, runtime: fakeRuntime(), logger: silentLogger, coordination };
  const security = createApiSecurity(given);
  const watch = dashboard(security, { authorize: () => ADA, basePath: '/security', ...options });
  const server = createServer((request, response) => watch(request, response));
  const detach = watch.attach(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  cleanUps.push(async () => {
    watch.close();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    await security.close();
    models.remove();
  });
  return {
    watch,
    server,
    at: `127.0.0.1:${(server.address() as AddressInfo).port}/security/api/events`,
    tell: (payload) => listeners.forEach((listener) => void listener({ event: 'alert', payload })),
    detach,
  };
}

interface Frame {
  readonly id?: number;
  readonly event: string;
  readonly data?: unknown;
}

function asked({ at }: Watched, query = '', options: ClientOptions = {}): WebSocket {
  const socket = new WebSocket(`ws://${at}${query}`, options);
  socket.on('error', () => {});
  cleanUps.push(() => socket.terminate());
  return socket;
}

async function listening(watched: Watched, query?: string, options?: ClientOptions) {
  const socket = asked(watched, query, options);
  const heard: Frame[] = [];
  socket.on('message', (data, isBinary) => {
    expect(isBinary).toBe(false);
    heard.push(JSON.parse(String(data)));
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return { socket, heard };
}

/** Status and code of a handshake that is answered in plain HTTP. */
async function refusal(
  watched: Watched,
  headers: Record<string, string> = {},
): Promise<[status: number | undefined, code: unknown]> {
  const socket = asked(watched, '', { headers });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    socket.once('unexpected-response', (_request, answer) => resolve(answer));
    socket.once('open', () => reject(new Error('was accepted')));
  });
  let body = '';
  for await (const piece of response.setEncoding('utf8')) body += piece;
  return [response.statusCode, JSON.parse(body).code];
}

const closeCode = (socket: WebSocket): Promise<number> => new Promise((resolve) => socket.once('close', resolve));

describe('live updates over a WebSocket', () => {
  it('are one text frame for each event', async () => {
    const watched = await start();
    const { heard } = await listening(watched);
    const alert = alertOf();
    watched.tell(alert);
    await expect.poll(() => heard).toEqual([{ id: 1, event: 'alert', data: alert }]);
  });

  it('go on after a break where they were left', async () => {
    const watched = await start();
    for (let i = 0; i < 3; i++) watched.tell(alertOf());
    const { heard } = await listening(watched, '?lastEventId=1');
    await expect.poll(() => heard.map(({ id }) => id)).toEqual([2, 3]);
  });

  it('say when they have forgotten what was missed, or never knew it', async () => {
    const watched = await start();
    for (let i = 0; i < 1_100; i++) watched.tell(alertOf());
    const forgotten = await listening(watched, '?lastEventId=1');
    await expect.poll(() => forgotten.heard.length).toBe(1_001);
    expect(forgotten.heard.slice(0, 2)).toMatchObject([{ event: 'gap' }, { id: 101 }]);
    for (const id of ['5000', 'x', '-1', '1e2']) {
      const { heard } = await listening(watched, `?lastEventId=${id}`);
      await expect.poll(() => heard).toEqual([{ event: 'gap' }]);
    }
    const fresh = await listening(watched, '?lastEventId=');
    watched.tell(alertOf());
    await expect.poll(() => fresh.heard.map(({ id }) => id)).toEqual([1_101]);
  });

  it('tell a tenant of its own alone', async () => {
    const watched = await start({ authorize: () => ({ ...ADA, tenant: 'a' }) });
    const { heard } = await listening(watched);
    watched.tell(alertOf());
    watched.tell(alertOf({ assessment: assessmentOf({ tenant: 'a' }) }));
    await expect.poll(() => heard).toMatchObject([{ id: 2, data: { assessment: { tenant: 'a' } } }]);
  });

  it('are for those who may see them', async () => {
    expect(await refusal(await start({ authorize: () => false }))).toEqual([401, 'API_SECURITY_UNAUTHORIZED']);
    const mayNotRead = await start({ authorize: () => ({ actor: 'eve', can: ['configure'] }) });
    expect(await refusal(mayNotRead)).toEqual([403, 'API_SECURITY_FORBIDDEN']);
  });

  it('are for pages of the dashboard itself, whoever is logged in', async () => {
    const authorize = vi.fn(() => ADA);
    const watched = await start({ authorize });
    const host = watched.at.split('/')[0] as string;
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.test' },
      { origin: 'null' },
      { origin: `http://${host}`, 'sec-fetch-site': 'cross-site' },
      { origin: 'https://sister.test', 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of foreign) expect(await refusal(watched, headers)).toEqual([403, 'API_SECURITY_CROSS_SITE']);
    expect(authorize).not.toHaveBeenCalled();
    await listening(watched, '', { headers: { origin: `http://${host}` } });
    await listening(watched, '', { headers: { origin: `https://${host}`, 'sec-fetch-site': 'same-origin' } });
  });

  it('share the fifty streams with server-sent events', async () => {
    const watched = await start();
    for (let i = 0; i < 25; i++) {
      await listening(watched);
      await new Promise((resolve) => {
        const request = httpGet(`http://${watched.at}`, resolve).on('error', () => {});
        cleanUps.push(() => request.destroy());
      });
    }
    expect(await refusal(watched)).toEqual([503, 'API_SECURITY_TOO_MANY_STREAMS']);
    expect((await fetch(`http://${watched.at}`)).status).toBe(503);
  });

  it('leave the handshakes of other paths to others, and all of them once taken back', async () => {
    const watched = await start();
    const others: string[] = [];
    watched.server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
      if (watched.server.listenerCount('upgrade') > 1 && request.url === '/security/api/events') return;
      others.push(request.url as string);
      socket.end('HTTP/1.1 418 Mine\r\ncontent-length: 2\r\n\r\n{}');
    });
    const elsewhere = { ...watched, at: watched.at.replace('events', 'other') };
    expect((await refusal(elsewhere))[0]).toBe(418);
    const { heard } = await listening(watched);
    watched.detach();
    expect((await refusal(watched))[0]).toBe(418);
    expect(others).toEqual(['/security/api/other', '/security/api/events']);
    watched.tell(alertOf());
    await expect.poll(() => heard.length).toBe(1);
  });

  it('begin once on a server that was attached twice', async () => {
    const watched = await start();
    watched.watch.attach(watched.server, { path: '/security/' });
    const { heard } = await listening(watched);
    watched.tell(alertOf());
    watched.tell(alertOf());
    await expect.poll(() => heard.map(({ id }) => id)).toEqual([1, 2]);
  });

  it('read nothing that is sent to them, and end with who sends much', async () => {
    const watched = await start();
    const { socket, heard } = await listening(watched);
    for (const message of ['{}', '', 'x'.repeat(1_024)]) socket.send(message);
    watched.tell(alertOf());
    await expect.poll(() => heard.length).toBe(1);
    socket.send('x'.repeat(1_025));
    expect(await closeCode(socket)).toBe(1009);
  });

  it('end with who does not answer for 15 s', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const watched = await start();
    const silent = await listening(watched, '', { autoPong: false });
    const lively = await listening(watched);
    const pinged = new Promise((resolve) => lively.socket.once('ping', resolve));
    const closed = closeCode(silent.socket);
    vi.advanceTimersByTime(15_000);
    await pinged;
    // The answer is on its way: what comes after it on the same connection has arrived when it has.
    lively.socket.ping();
    await new Promise((resolve) => lively.socket.once('pong', resolve));
    vi.advanceTimersByTime(15_000);
    expect(await closed).toBe(1006);
    watched.tell(alertOf());
    await expect.poll(() => lively.heard.length).toBe(1);
  });

  it('wait for a slow reader without piling up, and tell it of one gap', async () => {
    const watched = await start();
    const sockets: Duplex[] = [];
    watched.server.on('upgrade', (_request: IncomingMessage, socket: Duplex) => sockets.push(socket));
    const { socket, heard } = await listening(watched);
    socket.pause();
    const alert = alertOf({ acknowledged: { at: 1, by: 'ada', note: 'x'.repeat(20_000) } });
    for (let i = 0; i < 1_500; i++) watched.tell(alert);
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (let i = 0; i < 500; i++) watched.tell(alert);
    expect(sockets[0]?.writableLength).toBeLessThan(150_000);
    socket.resume();
    await expect.poll(() => heard.at(-1)?.id, { timeout: 10_000 }).toBe(2_000);
    expect(heard.filter(({ event }) => event === 'gap').length).toBe(1);
    const ids = heard.flatMap(({ id = [] }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(ids.length).toBeGreaterThanOrEqual(1_000);
  });

  it('do not answer pings of who does not read', async () => {
    const watched = await start();
    const sockets: Duplex[] = [];
    watched.server.on('upgrade', (_request: IncomingMessage, socket: Duplex) => sockets.push(socket));
    const { socket } = await listening(watched);
    socket.pause();
    for (let i = 0; i < 100_000; i++) socket.ping('x'.repeat(100));
    await expect.poll(() => socket.bufferedAmount, { timeout: 10_000 }).toBe(0);
    expect(sockets[0]?.writableLength).toBeLessThan(150_000);
  });

  it('end when the dashboard closes, also with who does not read', async () => {
    const { watch, server, ...watched } = await start();
    const { socket } = await listening({ watch, server, ...watched });
    const stuck = await listening({ watch, server, ...watched });
    stuck.socket.pause();
    const closed = closeCode(socket);
    watch.close();
    expect(await closed).toBe(1001);
    await expect
      .poll(() => new Promise((resolve) => server.getConnections((_e, n) => resolve(n))), { timeout: 5_000 })
      .toBe(0);
    expect(server.listenerCount('upgrade')).toBe(0);
  });

  it('survive a client that leaves, and a dashboard that closes, while it is asked who that is', async () => {
    let tell = (_actor: Actor): void => {};
    let asks = 0;
    const authorize = (): Promise<Actor> => {
      asks += 1;
      return new Promise((resolve) => (tell = resolve));
    };
    const watched = await start({ authorize });
    const { port } = watched.server.address() as AddressInfo;
    const client = connect(port, '127.0.0.1');
    client.write('GET /security/api/events HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
    await expect.poll(() => asks).toBe(1);
    client.resetAndDestroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    tell(ADA);
    const refused = refusal(watched);
    await expect.poll(() => asks).toBe(2);
    watched.watch.close();
    tell(ADA);
    expect(await refused).toEqual([503, 'API_SECURITY_CLOSED']);
  });
});
