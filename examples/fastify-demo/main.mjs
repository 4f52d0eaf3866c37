import { apiSecurity } from '@api-security/fastify';
import fastify from 'fastify';

const security = apiSecurity({
  mode: process.env.MODE ?? 'block',
  // What a request may wait for the models, in ms; without an answer by then it passes.
  limits: { timeMs: Number(process.env.TIME_MS ?? 25) },
});
security.on('alert', ({ assessment: { level, category, client, request, decision } }) => {
  const what = `${request.method} ${request.path}`;
  process.stdout.write(`${level}: ${category} from ${client.address}: ${what}: ${decision.action}\n`);
});

const app = fastify();
await app.register(security);

app.get('/articles', async (request) => ({ id: request.query.id ?? null, level: request.apiSecurity?.level }));
app.post('/articles', async (request) => ({ published: request.body }));

// Writers of articles about databases may quote them.
const quoting = { config: { apiSecurity: { exempt: [{ field: 'body.text', category: 'sqli' }] } } };
app.post('/manuals', quoting, async (request) => ({ published: request.body }));

await app.listen({ port: Number(process.env.PORT ?? 0), host: '127.0.0.1' });
// Connections that never finish a request pass every hook by.
security.attach(app.server);
process.stdout.write(`listening on http://127.0.0.1:${app.server.address().port}\n`);

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => app.close());
