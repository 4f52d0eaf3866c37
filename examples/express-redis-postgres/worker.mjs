import { apiSecurity } from '@api-security/express';
import { postgresStore } from '@api-security/postgres';
import { redisCoordination, redisSequences } from '@api-security/redis';
import express from 'express';

// Those of compose.yaml.
const { REDIS_URL: url = 'redis://127.0.0.1:6379' } = process.env;
const { DATABASE_URL: connectionString = 'postgres://postgres:postgres@127.0.0.1:5432/postgres' } = process.env;

const security = apiSecurity({
  mode: process.env.MODE ?? 'block',
  // Every worker reads and writes the same sequences, bans and alerts.
  sequences: redisSequences({ url }),
  coordination: redisCoordination({ url }),
  store: postgresStore({ connectionString, migrate: 'auto' }),
  policy: { ban: { rejections: { count: 5, withinMs: 60_000 }, forMs: 60_000 } },
  // What a request may wait for the models, in ms; without an answer by then it passes.
  limits: { timeMs: Number(process.env.TIME_MS ?? 25) },
});

const app = express();
app.use(security, express.json());
app.get('/users', (request, response) => response.json({ id: request.query.id ?? null, worker: process.pid }));

await security.ready();
const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1');
security.attach(server);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close(async () => {
      await security.close();
      process.disconnect();
    });
    server.closeIdleConnections();
  });
}
