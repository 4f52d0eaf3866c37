import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiSecurity } from '../src/api-security.js';
import type { Assessment } from '../src/assessment/assessment.js';
import { createApiSecurity } from '../src/create-api-security.js';
import { silentLogger } from '../src/logger.js';
import type { ApiSecurityOptions } from '../src/options.js';
import { writeFakeModels } from '../src/testing/fake-models.js';
import { fakeRuntime } from '../src/testing/fake-runtime.js';

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** An engine in monitor mode in front of a handler, and what happened in which order. */
async function monitored(
  options: ApiSecurityOptions = {},
): Promise<{ security: ApiSecurity; port: number; order: string[] }> {
  const order: string[] = [];
  const models = writeFakeModels();
  cleanUps.push(() => models.remove());
  const security = createApiSecurity({
    models: models.directory,
    runtime: fakeRuntime({ onRun: (role) => void order.push(role) }),
    logger: silentLogger,
    ...options,
  });
  cleanUps.push(() => security.close());
  await security.ready();
  const server = createServer((req, res) => {
    expect(security.guard(req, res)).toBeNull();
    order.push('handler');
    res.end('handled');
  });
  cleanUps.push(() => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { security, port: (server.address() as AddressInfo).port, order };
}

function get(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, path, host: '127.0.0.1' }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject).end();
  });
}

/** Sends requests in one piece. @returns answers */
function pipelined(port: number, count: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n'.repeat(count)));
    let text = '';
    socket.on('error', reject).on('data', (chunk) => {
      text += chunk;
      const answers = text.split('handled').length - 1;
      if (answers < count) return;
      socket.destroy();
      resolve(answers);
    });
  });
}

describe('monitor mode', () => {
  it('lets the handler run before any model does', async () => {
    const { security, port, order } = await monitored();
    const assessed = new Promise<Assessment>((resolve) => security.once('assessment', resolve));
    expect(await get(port, '/users?id=1%27%20or%201=1--')).toBe(200);
    const { level, degraded } = await assessed;
    expect(order[0]).toBe('handler');
    expect(order).toHaveLength(4);
    expect({ level, degraded }).toEqual({ level: 'critical', degraded: [] });
  });

  it('describes the connection as it was when the request came, not as the answer left it', async () => {
    const { security, port } = await monitored();
    const assessed = new Promise<Assessment>((resolve) => security.once('assessment', resolve));
    await get(port, '/');
    const { features } = await assessed;
    expect(features.find(({ name }) => name === 'Total Length of Fwd Packets')?.value).toBeGreaterThan(0);
    expect(features.find(({ name }) => name === 'Bwd Packet Length Max')?.value).toBe(0);
  });

  it('sheds what it cannot get to, and counts it', async () => {
    const { security, port } = await monitored({ limits: { pending: 1 } });
    const troubles: string[] = [];
    security.on('degraded', ({ part }) => troubles.push(part));
    // Pipelined, so that all of them come in one turn of the event loop.
    expect(await pipelined(port, 3)).toBe(3);
    await expect.poll(() => security.counters.scored + security.counters.unscored).toBe(3);
    const { requests, scored, unscored } = security.counters;
    expect({ requests, scored, unscored }).toEqual({ requests: 3, scored: 1, unscored: 2 });
    expect(troubles).toEqual(['backlog']);
  });
});
