import { once } from 'node:events';
import { silentLogger } from '@api-security/core';
import { fakeRuntime, writeFakeModels } from '@api-security/core/testing';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import request from 'supertest';
import { afterAll, expect, it } from 'vitest';
import { apiSecurity } from '../src/index.js';

const models = writeFakeModels();
const security = apiSecurity({
  mode: 'block',
  models: models.directory,
  runtime: fakeRuntime(),
  logger: silentLogger,
  limits: { timeMs: 5_000 },
});

afterAll(async () => {
  await security.close();
  models.remove();
});

it('protects the app of the README', async () => {
  const app = new Hono();
  app.use(security);
  app.get('/users/:id', (c) => c.json({ id: c.req.param('id'), level: c.get('apiSecurity')?.level }));

  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  security.attach(server);
  await once(server, 'listening');
  await security.ready();

  await request(server).get('/users/42').expect(200, { id: '42', level: 'low' });
  const rejected = await request(server).get('/users/42').query({ q: "' or 1=1--" }).expect(403);
  expect(rejected.headers['content-type']).toBe('application/problem+json');
  server.close();
});
