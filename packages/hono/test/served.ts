import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type WithSecurity, withSecurityOf } from '@api-security/core/testing';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { type ApiSecurityMiddleware, apiSecurity } from '../src/index.js';

export const withSecurity: WithSecurity<ApiSecurityMiddleware> = withSecurityOf(apiSecurity);

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
