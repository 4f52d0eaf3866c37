import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memoryStore } from '@api-security/core';
import { apiSecurity } from '@api-security/express';
import express from 'express';
import { type Memory, settledMemory } from './settled-memory.js';

/** What the app says when it is asked. */
export interface AppState extends Memory {
  readonly requests: number;
  readonly alerts: number;
  readonly clientsHeld: number;
}

// An app with everything that keeps something per client, behind a proxy that tells addresses.
const security = apiSecurity({
  // Every request is inspected before its answer; in monitor mode some would be left out under load.
  mode: 'block',
  trustProxy: 'loopback',
  secret: 'of a benchmark',
  policy: { ban: {} },
  // Kept by request, not by client, and the heap's slack for ten thousand rows would be most of what is seen.
  store: memoryStore({ maxAssessments: 100, maxAlerts: 100 }),
  logger: { debug() {}, info() {}, warn() {}, error() {} },
});
const app = express();
app.use(security);
app.post('/login', (request, response) => {
  security.login.failed(request as IncomingMessage, String(request.query.user));
  response.status(401).json({ error: 'wrong password' });
});
app.use((_request, response) => void response.json({ ok: true }));
await security.ready();

const server = createServer(app);
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

process.on('message', async () => {
  const { requests, alerts } = security.counters;
  const state: AppState = { ...(await settledMemory()), requests, alerts, clientsHeld: security.sequences.size ?? 0 };
  process.send?.(state);
});
process.on('disconnect', () => process.exit());
