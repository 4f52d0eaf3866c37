import { once } from 'node:events';

import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import request from 'supertest';
import { expect, it } from 'vitest';
import { withSecurity } from './served.js';

it('protects the app of the README', async () => {
  await withSecurity({ mode: 'block' }, async (security) => {
    const app = new Hono();
    app.use(security);
    app.get('/users/:id', (c) => c.json({ id: c.req.param('id'), level: c.get('apiSecurity')?.level }));

    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
    security.attach(server);
    await once(server, 'listening');

    await request(server).get('/users/42').expect(200, { id: '42', level: 'low' });
    const rejected = await request(server).get('/users/42').query({ q: "' or 1=1--" }).expect(403);
    expect(rejected.headers['content-type']).toBe('application/problem+json');
    server.close();
  });
});
