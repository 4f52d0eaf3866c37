import { createServer } from 'node:http';

import request from 'supertest';
import { expect, it } from 'vitest';
import { withSecurity } from './with-security.js';

it('protects the listener of the README', async () => {
  await withSecurity({ mode: 'block' }, async (security) => {
    const server = createServer(
      security.wrap((req, res) => {
        res.setHeader('content-type', 'application/json');
        res.end(JSON.stringify({ path: req.url, level: req.apiSecurity?.level ?? null }));
      }),
    );
    const detach = security.attach(server);

    await request(server).get('/users/42').expect(200, { path: '/users/42', level: 'low' });
    const rejected = await request(server).get('/users/42').query({ q: "' or 1=1--" }).expect(403);
    expect(rejected.headers['content-type']).toBe('application/problem+json');
    detach();
  });
});
