import { apiSecurity } from '@api-security/hono';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { logger } from 'hono/logger';

const security = apiSecurity({
  mode: process.env.MODE ?? 'block',
  // What a request may wait for the models, in ms; without an answer by then it passes.
  limits: { timeMs: Number(process.env.TIME_MS ?? 25) },
});
security.on('alert', ({ assessment: { level, category, client, request } }) => {
  process.stdout.write(`${level}: ${category} from ${client.address}: ${request.method} ${request.path}\n`);
});

const notes = [];

const app = new Hono();
app.use(logger(), security);
app.get('/users', (c) => c.json({ id: c.req.query('id') ?? null }));
app.get('/notes', (c) => c.json(notes));
app.post('/notes', async (c) => c.json({ count: notes.push(await c.req.json()) }));
app.onError((_error, c) => c.json({ error: 'That could not be read.' }, 400));

await security.ready();
const server = serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 0), hostname: '127.0.0.1' }, ({ port }) => {
  process.stdout.write(`listening on http://127.0.0.1:${port}\n`);
});
security.attach(server);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close(() => void security.close());
    server.closeIdleConnections();
  });
}
