import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApiSecurity, silentLogger } from '@api-security/core';
import { apiSecurity } from '@api-security/express';
import { accountApi } from './apis/account-api.js';
import { chatApi } from './apis/chat-api.js';
import { filesApi } from './apis/files-api.js';
import { graphqlApi } from './apis/graphql-api.js';
import { ingestApi } from './apis/ingest-api.js';
import { shopApi } from './apis/shop-api.js';
import { Recorder } from './recorder.js';
import { acceptWebSocket } from './web-socket.js';

/** What the host tells the lab. */
export interface HostReady {
  readonly ports: Readonly<Record<string, number>>;
}

const file = process.argv[2];
if (file === undefined || process.send === undefined) throw new Error('The lab starts this file.');

const recorder = new Recorder(file);
// Time for the content score also while a flood is on: a recorded step should say what the tower said.
const security = createApiSecurity({
  mode: 'monitor',
  onModelFailure: 'open',
  logger: silentLogger,
  limits: { timeMs: 500 },
});
security.on('step', (step) => recorder.add(step));
await security.ready();
const middleware = apiSecurity(security);

// Usual settings of the time that an idle connection is kept: Node's own, a load balancer's, shorter, between and longer.
const SERVERS: readonly (readonly [string, Server, number])[] = [
  ['shop', createServer(shopApi(middleware)), 5000],
  ['account', createServer(accountApi(middleware)), 65_000],
  ['ingest', createServer(ingestApi(middleware)), 30_000],
  ['graphql', createServer(graphqlApi(middleware)), 15_000],
  ['files', createServer(filesApi(middleware)), 120_000],
  ['chat', createServer(chatApi(middleware)).on('upgrade', acceptWebSocket), 2000],
];

const ports: Record<string, number> = {};
for (const [name, server, keepAliveMs] of SERVERS) {
  server.keepAliveTimeout = keepAliveMs;
  security.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 2048, resolve));
  ports[name] = (server.address() as AddressInfo).port;
}
process.send({ ports } satisfies HostReady);

process.on('message', async (message) => {
  if (message !== 'stop') return;
  for (const [, server] of SERVERS) {
    server.closeAllConnections();
    server.close();
  }
  await security.close();
  await recorder.close();
  process.exit(0);
});
process.on('disconnect', () => process.exit(1));
