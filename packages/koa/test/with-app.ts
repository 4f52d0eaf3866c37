import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type WithSecurity, withSecurityOf } from '@api-security/core/testing';
import { type ApiSecurityMiddleware, apiSecurity } from '../src/index.js';

/** What the fake models take for an attack, in the query. */
export const ATTACK: string = `/users?id=${encodeURIComponent("1' or 1=1 --")}`;

/** A listening app, as one test uses it. */
export interface StartedApp {
  /** `error` events of the app so far. */
  readonly errors: readonly unknown[];
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Sends bytes as they are and reads until the server closes the connection. */
  askRaw(bytes: string): Promise<string>;
  /** Sends bytes, hangs up as soon as the server has the head of the request, and waits until it knows. */
  hangUp(bytes: string): Promise<void>;
}

export const withSecurity: WithSecurity<ApiSecurityMiddleware> = withSecurityOf(apiSecurity);

/** The part of a Koa app that a test needs, whatever its contexts have grown by. */
interface ListeningApp {
  on(event: 'error', listener: (error: unknown) => void): unknown;
  listen(port: number, host: string): Server;
}

/** Lets an app listen while a test uses it. */
export async function withApp(app: ListeningApp, use: (app: StartedApp) => Promise<void>): Promise<void> {
  const errors: unknown[] = [];
  app.on('error', (error) => errors.push(error));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    await use({
      errors,
      ask: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init),
      askRaw: (bytes) => {
        const socket = connect(port, '127.0.0.1');
        socket.write(bytes);
        return text(socket);
      },
      hangUp: async (bytes) => {
        const seen = once(server, 'request');
        const socket = connect(port, '127.0.0.1');
        socket.write(bytes);
        const [request] = (await seen) as [IncomingMessage];
        const gone = new Promise((resolve) => request.socket.on('close', resolve));
        socket.destroy();
        await gone;
      },
    });
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}
