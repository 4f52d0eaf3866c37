import cluster from 'node:cluster';
import { once } from 'node:events';
import { apiSecurity } from '@api-security/express';
import express from 'express';

const WORKERS = 2;

if (cluster.isPrimary) {
  let address;
  for (let i = 0; i < WORKERS; i++) [address] = await once(cluster.fork(), 'listening');
  const ask = async (query) => (await fetch(`http://127.0.0.1:${address.port}/users?id=${query}`)).status;
  const attack = encodeURIComponent("1' OR 1=1--");
  const statuses = { passed: new Set(), rejected: new Set() };
  for (let i = 0; i < 4 * WORKERS; i++) {
    statuses.passed.add(await ask('42'));
    statuses.rejected.add(await ask(attack));
  }
  process.stdout.write(`passed ${[...statuses.passed]}, rejected ${[...statuses.rejected]}\n`);
  cluster.disconnect();
} else {
  const security = apiSecurity({ mode: 'block', limits: { timeMs: 5000 } });
  await security.ready();
  const app = express().use(security);
  app.get('/users', (_request, response) => response.set('connection', 'close').json([]));
  app.listen(0, '127.0.0.1');
}
