import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ApiSecurity, type ApiSecurityOptions, createApiSecurity, silentLogger } from '@api-security/core';
import { fakeRuntime, writeFakeModels } from '@api-security/core/testing';
import { type Actor, type DashboardOptions, dashboard } from '../src/index.js';

/** Somebody who may do everything. */
export const ADA: Actor = { actor: 'ada', can: ['read', 'acknowledge', 'label', 'configure'] };

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // What a test expects of it, it says itself.
  readonly json: Record<string, unknown>;
}

export interface Served {
  readonly security: ApiSecurity;
  readonly url: string;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Sends a change as the page would: with its token. */
  change(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

/** A dashboard over an engine with fake models and a memory store, on a port of its own. */
export async function served(
  options: Partial<DashboardOptions> = {},
  engine: ApiSecurityOptions = {},
): Promise<Served> {
  const models = writeFakeModels();
  const given = { models: models.directory, runtime: fakeRuntime(), logger: silentLogger };
  const security = createApiSecurity({ ...given, limits: { timeMs: 2_000 }, ...engine });
  await security.ready();
  const listener = dashboard(security, { authorize: () => ADA, ...options });
  const server = createServer((request, response) => listener(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
  };
  const get: Served['get'] = (path, headers = {}) => ask(path, { headers });
  return {
    security,
    url,
    get,
    change: async (method, path, body, headers = {}) => {
      const { csrfToken } = (await get('/api/session')).json;
      const own = { 'content-type': 'application/json', 'x-csrf-token': String(csrfToken) };
      return ask(path, {
        method,
        headers: { ...own, ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    },
    close: async () => {
      listener.close();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await security.close();
      models.remove();
    },
  };
}
