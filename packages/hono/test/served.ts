import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type ApiSecurityOptions, silentLogger } from '@api-security/core';
import { fakeRuntime, writeFakeModels } from '@api-security/core/testing';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { type ApiSecurityMiddleware, apiSecurity } from '../src/index.js';

/** A middleware on fake models that is ready, closed when the test is over. */
export async function withSecurity(
  options: ApiSecurityOptions,
  use: (security: ApiSecurityMiddleware) => Promise<void> | void,
): Promise<void> {
  const models = writeFakeModels();
  const security = apiSecurity({
    models: models.directory,
    runtime: fakeRuntime(),
    logger: silentLogger,
    ...options,
    // A busy machine must not look like a model that is stuck.
    limits: { timeMs: 5_000, ...options.limits },
  });
  try {
    await security.ready();
    await use(security);
  } finally {
    await security.close();
    models.remove();
  }
}

/** Starts an app on a free port, lets a test use it, and closes it. */
export async function served(
  { fetch }: { fetch: (...given: never) => Response | Promise<Response> },
  use: (origin: string, port: number, server: Server) => Promise<void>,
): Promise<void> {
  const server = serve({ fetch: fetch as Hono['fetch'], port: 0, hostname: '127.0.0.1' }) as Server;
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    await use(`http://127.0.0.1:${port}`, port, server);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Writes to a server and reads until it closes. */
export async function sendRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  return (await socket.toArray()).join('');
}
