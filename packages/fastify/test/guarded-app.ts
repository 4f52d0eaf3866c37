import type { AddressInfo } from 'node:net';
import type { ApiSecurityOptions, Assessment } from '@api-security/core';
import { withSecurityOf } from '@api-security/core/testing';
import fastify, { type FastifyInstance, type FastifyPluginCallback, type FastifyServerOptions } from 'fastify';
import { type ApiSecurityPlugin, apiSecurity } from '../src/index.js';

/** What the fake content tower takes for an attack. */
export const ATTACK = "1' or 1=1 --";

/** The attack in a query, after a path. */
export const attacking = (path: string): string => `${path}?id=${encodeURIComponent(ATTACK)}`;

/** An app that a test builds, asks over a real socket and need not close. */
export interface GuardedApp {
  readonly app: FastifyInstance;
  readonly security: ApiSecurityPlugin;
  /** Finished assessments, oldest first. */
  readonly assessments: readonly Assessment[];
  /** Asks the listening app. */
  ask(path: string, init?: RequestInit): Promise<Response>;
}

/** Where it listens. */
export function portOf({ server }: FastifyInstance): number {
  return (server.address() as AddressInfo).port;
}

/** A scope of an app, with what `fill` puts into it. */
export function scopeOf(fill: (scope: FastifyInstance) => void): FastifyPluginCallback {
  return (scope, _options, done) => {
    fill(scope);
    done();
  };
}

/** Gives a test an app that is not listening yet and a plugin that is not registered yet, on fake models. */
export async function withPlugin(
  options: ApiSecurityOptions,
  use: (guarded: GuardedApp) => Promise<void>,
  server: FastifyServerOptions = {},
): Promise<void> {
  await withSecurityOf(apiSecurity, false)(options, async (security) => {
    const assessments: Assessment[] = [];
    security.on('assessment', (assessment) => assessments.push(assessment));
    const app = fastify(server);
    const ask = async (path: string, init?: RequestInit): Promise<Response> => {
      if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' });
      return fetch(`http://127.0.0.1:${portOf(app)}${path}`, init);
    };
    try {
      await use({ app, security, assessments, ask });
    } finally {
      app.server.closeAllConnections();
      await app.close();
    }
  });
}
