import { expect, it } from 'vitest';
import { ApiSecurityRejection } from '../src/index.js';
import { ATTACK, attacking, withPlugin } from './guarded-app.js';

it('protects the app of the README', async () => {
  await withPlugin({ mode: 'block' }, async ({ app, security, ask }) => {
    const alerts: unknown[] = [];
    security.on('alert', ({ assessment, count }) => {
      alerts.push([assessment.level, assessment.category, assessment.evidence[0]?.place, count]);
    });
    await app.register(security);
    app.get<{ Querystring: { id: string } }>('/users', async (request) => ({ id: request.query.id }));
    await ask('/');
    security.attach(app.server);

    expect(await (await ask('/users?id=42')).json()).toEqual({ id: '42' });
    const rejected = await ask(attacking('/users'));
    expect(rejected.status).toBe(403);
    expect(rejected.headers.get('content-type')).toBe('application/problem+json');
    expect(alerts).toEqual([['critical', 'sqli', 'query.id', 1]]);
  });
});

it('leaves the routes of the README alone as they say', async () => {
  await withPlugin({ mode: 'block' }, async ({ app, security, ask }) => {
    await app.register(security);
    const handler = async () => 'served';
    app.post('/articles', { config: { apiSecurity: { exempt: [{ field: 'body.html', category: 'xss' }] } } }, handler);
    app.get('/health', { config: { apiSecurity: { mode: 'off' } } }, handler);
    const statusOf = async (body: object) => {
      const headers = { 'content-type': 'application/json' };
      return (await ask('/articles', { method: 'POST', headers, body: JSON.stringify(body) })).status;
    };
    expect(await statusOf({ html: '<script>' })).toBe(200);
    expect(await statusOf({ title: '<script>' })).toBe(403);
    expect(await statusOf({ html: ATTACK })).toBe(403);
    expect((await ask(attacking('/health'))).status).toBe(200);
  });
});

it('answers as the error handler of the README', async () => {
  await withPlugin({ mode: 'block' }, async ({ app, security, ask }) => {
    await app.register(security);
    app.setErrorHandler((error, _request, reply) => {
      if (error instanceof ApiSecurityRejection) return reply.code(error.statusCode).send({ error: 'Not accepted.' });
      return reply.send(error);
    });
    const rejected = await ask(attacking('/users'));
    expect({ status: rejected.status, body: await rejected.json() }).toEqual({
      status: 403,
      body: { error: 'Not accepted.' },
    });
  });
});
