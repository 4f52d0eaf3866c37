import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiSecurity, ApiSecurityOptions, Assessment } from '../src/index.js';
import { createApiSecurity, silentLogger } from '../src/index.js';
import { fakeRuntime, writeFakeModels } from '../src/testing/index.js';

const ATTACK = encodeURIComponent("x' or 1=1 --");
const ACCEPTED = 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface App {
  readonly security: ApiSecurity;
  readonly server: Server;
  /** Sends a handshake and gives everything that comes back until the connection ends. */
  shake(target: string): Promise<string>;
}

/** A server that accepts every handshake, says hello in the new protocol and hangs up. */
async function start(options: ApiSecurityOptions, onRun = async () => {}): Promise<App> {
  const models = writeFakeModels();
  cleanUps.push(() => models.remove());
  const security = createApiSecurity({
    models: models.directory,
    runtime: fakeRuntime({ onRun }),
    logger: silentLogger,
    limits: { timeMs: 5_000 },
    ...options,
  });
  cleanUps.push(() => security.close());
  await security.ready();
  const server = createServer();
  server.on('upgrade', (_request, socket) => socket.end(`${ACCEPTED}hello`));
  security.attach(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  cleanUps.push(() => new Promise((closed) => server.close(closed)));
  const { port } = server.address() as AddressInfo;
  const shake = (target: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1');
      socket.setEncoding('latin1').on('data', (piece) => {
        text += piece;
      });
      socket.on('error', reject).on('close', () => resolve(text));
      socket.write(`GET ${target} HTTP/1.1\r\nhost: app.test\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n`);
    });
  return { security, server, shake };
}

describe('WebSocket handshakes of an attached server', () => {
  it('are assessed and pass in monitor mode', async () => {
    const { security, shake } = await start({});
    const assessed = new Promise<Assessment>((resolve) => security.once('assessment', resolve));
    expect(await shake(`/live?room=${ATTACK}`)).toBe(`${ACCEPTED}hello`);
    const { level, response, decision } = await assessed;
    expect({ level, decision, status: response?.status }).toEqual({
      level: 'critical',
      decision: { action: 'flag', reason: 'monitor' },
      status: 101,
    });
  });

  it('are held in block mode: attacks are answered, others go on with every byte', async () => {
    const { security, shake } = await start({ mode: 'block' });
    expect(await shake('/live?room=tea')).toBe(`${ACCEPTED}hello`);
    const rejected = await shake(`/live?room=${ATTACK}`);
    expect(rejected).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    expect(rejected).toContain('content-type: application/problem+json\r\n');
    expect(JSON.parse(rejected.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'API_SECURITY_REQUEST_REJECTED' });
    expect(security.counters).toMatchObject({ requests: 2, rejected: 1, scored: 2, unscored: 0, errors: 0 });
  });

  it('pass unseen while the engine is off, and after the server was let go', async () => {
    const { security, server, shake } = await start({ mode: 'block' });
    security.mode = 'off';
    expect(await shake(`/live?room=${ATTACK}`)).toBe(`${ACCEPTED}hello`);
    security.mode = 'block';
    const detach = security.attach(server);
    detach();
    expect(await shake(`/live?room=${ATTACK}`)).toMatch(/^HTTP\/1\.1 403/);
    expect(security.counters.requests).toBe(1);
  });

  it('do not end the process when the client resets while its handshake is held', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { security, server } = await start({ mode: 'block' }, () => held);
    let accepted = 0;
    server.on('upgrade', () => {
      accepted += 1;
    });
    const { port } = server.address() as AddressInfo;
    const assessed = new Promise((resolve) => security.once('assessment', resolve));
    const closed = new Promise((resolve) => server.once('connection', (socket) => socket.once('close', resolve)));
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /live HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n');
    while (security.counters.requests === 0) await new Promise((turn) => setImmediate(turn));
    socket.resetAndDestroy();
    socket.on('error', () => {});
    await closed;
    release();
    await assessed;
    expect({ accepted, errors: security.counters.errors }).toEqual({ accepted: 0, errors: 0 });
  });
});
