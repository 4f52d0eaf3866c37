import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApiSecurity, silentLogger } from '@api-security/core';
import { fakeRuntime, writeFakeModels } from '@api-security/core/testing';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { dashboard } from '../src/index.js';
import { ADA } from './served.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function listening(listener: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function engine() {
  const models = writeFakeModels();
  const security = createApiSecurity({ models: models.directory, runtime: fakeRuntime(), logger: silentLogger });
  cleanUps.push(
    () => models.remove(),
    () => security.close(),
  );
  return security;
}

describe('a dashboard under a path', () => {
  it('works in Express, behind its JSON parser, and leaves the rest of the app alone', async () => {
    const security = engine();
    const listener = dashboard(security, { authorize: () => ADA });
    cleanUps.push(() => listener.close());
    const app = express();
    app.use(express.json());
    app.use('/internal/security', listener);
    app.get('/', (_request, response) => void response.send('the app'));
    const url = await listening(app);
    expect(await (await fetch(url)).text()).toBe('the app');
    const session = (await (await fetch(`${url}/internal/security/api/session`)).json()) as { csrfToken: string };
    const made = await fetch(`${url}/internal/security/api/bans`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrfToken },
      body: JSON.stringify({ clientKey: 'a', forMs: 1_000, reason: 'r' }),
    });
    expect(made.status).toBe(200);
    expect(security.bans.of(null, 'a')?.by).toBe('ada');
  });

  it('works on a plain server that says where it is mounted', async () => {
    const listener = dashboard(engine(), { authorize: () => ADA, basePath: '/security' });
    cleanUps.push(() => listener.close());
    const url = await listening((request, response) => listener(request, response));
    expect((await fetch(`${url}/security/api/health`)).status).toBe(200);
    expect((await fetch(`${url}/security`)).status).toBe(404);
  });
});
