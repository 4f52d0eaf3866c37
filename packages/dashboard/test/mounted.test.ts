import { createServer, get as httpGet, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import { createApiSecurity, silentLogger } from '@api-security/core';
import { fakeRuntime, writeFakeModels } from '@api-security/core/testing';
import { type HttpBindings, serve } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { bodyParser } from '@koa/bodyparser';
import express from 'express';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Context, Hono } from 'hono';
import Koa from 'koa';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Dashboard, dashboard } from '../src/index.js';
import type { UpgradingServer } from '../src/websockets.js';
import { ADA } from './served.js';

const require = createRequire(import.meta.url);
const express4 = require('express4') as typeof express;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function urlOf(server: Server): Promise<string> {
  if (!server.listening) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  cleanUps.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function mounted(options: { basePath?: string; logger?: typeof silentLogger } = {}) {
  const { logger = silentLogger, ...own } = options;
  const models = writeFakeModels();
  const security = createApiSecurity({ models: models.directory, runtime: fakeRuntime(), logger });
  const watch = dashboard(security, { authorize: () => ADA, ...own });
  cleanUps.push(
    () => models.remove(),
    () => security.close(),
    () => watch.close(),
  );
  return { security, watch };
}

/** An app that answers `the app` at `/`, with the dashboard at `/security`. */
type Recipe = (watch: Dashboard) => Promise<Server & UpgradingServer>;

const inExpress = (make: typeof express, path: string): Recipe => {
  return async (watch) => {
    const app = make();
    app.use(make.json());
    app.use(path, watch);
    app.get('/', (_request, response) => void response.send('the app'));
    return createServer(app);
  };
};

const inKoa = (parses: boolean): Recipe => {
  return async (watch) => {
    const app = new Koa();
    if (parses) app.use(bodyParser());
    app.use((ctx, next) => {
      if (!/^\/security(?:\/|$)/.test(ctx.path)) return next();
      ctx.respond = false;
      watch(Object.assign(ctx.req, { body: ctx.request.body }), ctx.res);
      return undefined;
    });
    app.use((ctx) => {
      ctx.body = 'the app';
    });
    return createServer(app.callback());
  };
};

const inFastify: Recipe = async (watch) => {
  const app = fastify();
  const handler = (request: FastifyRequest, reply: FastifyReply): void => {
    reply.hijack();
    watch(request.raw, reply.raw);
  };
  app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
    scope.all('/security', handler);
    scope.all('/security/*', handler);
    done();
  });
  app.get('/', async () => 'the app');
  app.addHook('preClose', async () => watch.close());
  await app.listen({ port: 0, host: '127.0.0.1' });
  cleanUps.push(() => app.close());
  return app.server;
};

const inHono = (parses: boolean): Recipe => {
  return async (watch) => {
    const app = new Hono<{ Bindings: HttpBindings }>();
    const handler = async ({ env, req }: Context<{ Bindings: HttpBindings }>): Promise<Response> => {
      const body = parses && req.method === 'POST' ? await req.json() : undefined;
      watch(Object.assign(env.incoming, { body }), env.outgoing);
      return RESPONSE_ALREADY_SENT;
    };
    app.all('/security', handler);
    app.all('/security/*', handler);
    app.get('/', (c) => c.text('the app'));
    return serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  };
};

const inNode: Recipe = async (watch) =>
  createServer((request, response) => {
    if (/^\/security(?:[/?]|$)/.test(request.url ?? '')) watch(request, response);
    else response.end('the app');
  });

const RECIPES: [name: string, recipe: Recipe, basePath?: string][] = [
  ['Express 5, behind its JSON parser', inExpress(express, '/security')],
  ['Express 4, behind its JSON parser', inExpress(express4, '/security')],
  ['Express 5, mounted with a slash at the end', inExpress(express, '/security/')],
  ['Express 4, mounted with a slash at the end', inExpress(express4, '/security/')],
  ['Koa', inKoa(false), '/security'],
  ['Koa, behind its body parser', inKoa(true), '/security'],
  ['Fastify, in a scope of its own', inFastify, '/security'],
  ['Hono', inHono(false), '/security'],
  ['Hono, where the body was read', inHono(true), '/security'],
  ['a plain server', inNode, '/security'],
  ['a plain server, mounted with a slash at the end', inNode, '/security/'],
];

describe.each(RECIPES)('a dashboard in %s', (...[, recipe, basePath = '']) => {
  async function start() {
    const { security, watch } = mounted({ basePath });
    const server = await recipe(watch);
    watch.attach(server, { path: '/security' });
    return { security, url: await urlOf(server) };
  }

  it('answers, takes changes, and leaves the rest of the app alone', async () => {
    const { security, url } = await start();
    expect(await (await fetch(url)).text()).toBe('the app');
    const session = (await (await fetch(`${url}/security/api/session`)).json()) as { csrfToken: string };
    const headers = { 'content-type': 'application/json', 'x-csrf-token': session.csrfToken };
    const body = JSON.stringify({ clientKey: 'a', forMs: 1_000, reason: 'r' });
    const made = await fetch(`${url}/security/api/bans`, { method: 'POST', headers, body });
    expect(made.status).toBe(200);
    expect(security.bans.of(null, 'a')?.by).toBe('ada');
    const gone = await fetch(`${url}/security/api/bans/a`, { method: 'DELETE', headers });
    expect(gone.status).toBeLessThan(300);
  });

  it('sends whoever leaves the slash out to the pages', async () => {
    const { url } = await start();
    const sent = await fetch(`${url}/security?from=1`, { redirect: 'manual' });
    expect([sent.status, sent.headers.get('location')]).toEqual([308, './security/?from=1']);
    expect((await fetch(`${url}/security`)).url).toBe(`${url}/security/`);
    expect((await fetch(`${url}/security/`, { redirect: 'manual' })).status).not.toBe(308);
  });

  it('has live updates', async () => {
    const { url } = await start();
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpGet(`${url}/security/api/events`, resolve).on('error', reject);
      cleanUps.push(() => request.destroy());
    });
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
    const first = await new Promise((resolve) => response.setEncoding('utf8').once('data', resolve));
    expect(first).toBe('retry: 2000\n\n');
    response.on('error', () => {});

    const socket = new WebSocket(`${url.replace('http', 'ws')}/security/api/events`);
    cleanUps.push(() => socket.terminate());
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  });
});

describe('a dashboard under a path', () => {
  it('reads what a parser of other types in front has left', async () => {
    const { security, watch } = mounted();
    const app = express4();
    app.use(express4.urlencoded({ extended: true }));
    app.use('/security', watch);
    const url = await urlOf(createServer(app));
    expect((await ban(`${url}/security`)).status).toBe(200);
    expect(security.bans.of(null, 'a')?.by).toBe('ada');
  });

  it.each([
    ['text', express.text({ type: '*/*' })],
    ['bytes', express.raw({ type: '*/*' })],
  ])('takes a body that was read as %s', async (_what, parser) => {
    const { watch } = mounted();
    const app = express();
    app.use(parser);
    app.use('/a/security', watch);
    const url = await urlOf(createServer(app));
    expect((await ban(`${url}/a/security`)).status).toBe(200);
  });

  it('tells the log of a body that somebody has read away', async () => {
    const errors: unknown[] = [];
    const { watch } = mounted({ logger: { ...silentLogger, error: (fields) => errors.push(fields) } });
    const app = express();
    app.use((request, _response, next) => void request.resume().once('end', next));
    app.use('/security', watch);
    const url = await urlOf(createServer(app));
    expect((await ban(`${url}/security`)).status).toBe(500);
    expect(JSON.stringify(errors)).toContain('read before the dashboard');
  });

  it('says that a body is too long', async () => {
    const { watch } = mounted();
    const url = await urlOf(createServer((request, response) => watch(request, response)));
    expect((await ban(url, { clientKey: 'a'.repeat(9_000_000), forMs: 1, reason: 'r' })).status).toBe(413);
  });

  it('takes no odd URL for its own, and fails at none', async () => {
    const { watch } = mounted({ basePath: '/security' });
    const url = await urlOf(createServer((request, response) => watch(request, response)));
    for (const path of ['//', '//a:b/', '/securityx', '/security//', '*', 'http://a:b/security', '/%']) {
      const status = await new Promise((resolve, reject) => {
        httpGet(url, { path }, (response) => resolve(response.resume().statusCode)).on('error', reject);
      });
      expect([path, status]).toEqual([path, 404]);
    }
  });
});

async function ban(url: string, described: object = { clientKey: 'a', forMs: 1_000, reason: 'r' }): Promise<Response> {
  const session = (await (await fetch(`${url}/api/session`)).json()) as { csrfToken: string };
  return fetch(`${url}/api/bans`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrfToken },
    body: JSON.stringify(described),
  });
}
