import { createServer } from 'node:http';
import { silentLogger } from '@api-security/core';
import { fakeRuntime, writeFakeModels } from '@api-security/core/testing';
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

it('protects the listener of the README', async () => {
  const server = createServer(
    security.wrap((req, res) => {
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify({ path: req.url, level: req.apiSecurity?.level ?? null }));
    }),
  );
  const detach = security.attach(server);
  await security.ready();

  await request(server).get('/users/42').expect(200, { path: '/users/42', level: 'low' });
  const rejected = await request(server).get('/users/42').query({ q: "' or 1=1--" }).expect(403);
  expect(rejected.headers['content-type']).toBe('application/problem+json');
  detach();
});
