import { dashboard } from '@api-security/dashboard';
import { apiSecurity } from '@api-security/express';
import { postgresStore } from '@api-security/postgres';
import { redisCoordination, redisSequences } from '@api-security/redis';
import express from 'express';

// An app of one process, as one of several that share a Postgres and a Redis. Says over IPC where it listens and, when asked, how it is.
const { DATABASE_URL, REDIS_URL, SCHEMA = 'api_security', MODE = 'monitor', BAN } = process.env;

const security = apiSecurity({
  mode: MODE,
  trustProxy: 'loopback',
  secret: 'the same for all of them',
  limits: { timeMs: 2_000 },
  policy: { ban: BAN ? JSON.parse(BAN) : null },
  logger: {
    debug() {},
    info() {},
    warn() {},
    error: (about, text) => process.stderr.write(`${text} ${about?.error}\n`),
  },
  ...(DATABASE_URL && { store: postgresStore({ connectionString: DATABASE_URL, schema: SCHEMA, migrate: 'auto' }) }),
  ...(REDIS_URL && {
    sequences: redisSequences({ url: REDIS_URL, keyPrefix: SCHEMA }),
    coordination: redisCoordination({ url: REDIS_URL, keyPrefix: SCHEMA }),
  }),
});
const troubled = new Set();
for (const [part, shared] of Object.entries({ sequences: security.sequences, coordination: security.coordination })) {
  shared.onTrouble?.((error) => void (error === null ? troubled.delete(part) : troubled.add(part)));
}

// On one machine all instances have the same clock.
security.on('banned', () => process.send({ bannedAt: performance.timeOrigin + performance.now() }));
security.on('news', ({ event }) => {
  if (event === 'banned') process.send({ bannedAt: performance.timeOrigin + performance.now() });
});

const app = express();
const pages = dashboard(security, { authorize: () => ({ actor: 'bench', can: ['read'] }) });
app.use('/security', pages);
app.use(security);
app.get('/users', (request, response) => response.json({ id: request.query.id }));
app.post('/login', (_request, response) => response.status(401).json({ error: 'wrong password' }));

await security.ready();
await security.sequences.connected?.();
await security.coordination.connected?.();
const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
// Longer than any pause of a test: a connection that is closed just when it is used again would look like a failure.
server.keepAliveTimeout = 120_000;

process.on('message', async (message) => {
  if (message === 'state') {
    const { alerts, banned, dropped, errors, rejected, requests, scored, unscored } = security.counters;
    const counters = { alerts, banned, dropped, errors, rejected, requests, scored, unscored };
    process.send({ state: { ...counters, troubled: [...troubled], rssBytes: process.memoryUsage.rss() } });
  }
  if (message === 'close') {
    pages.close();
    server.close();
    server.closeAllConnections();
    await security.close();
    await security.store.close();
    await security.sequences.close();
    await security.coordination.close();
    process.disconnect();
  }
});
