const { createServer } = require('node:http');
const { join } = require('node:path');

/** Longest body that the parsers take, in bytes. */
const BODY_LIMIT = 16 * 2 ** 20;
const ITEMS = Array.from({ length: 4 }, (_, i) => ({
  id: 4_100 + i,
  name: `Garden chair, model ${i}`,
  price: 79.9 + i,
}));

/** A page of items: about 300 bytes. */
const page = ({ limit, search, after }) => ({ items: ITEMS, limit: Number(limit), search, after, total: 1_204 });

/** An item that was made: a field of the body comes back, and another becomes part of a path. */
const made = (body) => ({
  id: body?.id ?? null,
  subject: body?.subject ?? null,
  file: join('/srv/items', `${body?.id}.json`),
});

/** Reads a body that no parser is for. */
async function countBytes(request) {
  let bytes = 0;
  for await (const piece of request) bytes += piece.length;
  return { bytes };
}

/** The same app on each framework. `guard` is a middleware, or null where it has mounted itself. */
exports.apps = {
  express(mount, { isBehindParser }, stopwatch) {
    const express = require('express');
    const app = express();
    app.set('trust proxy', 'loopback');
    const parser = express.json({ limit: BODY_LIMIT });
    if (isBehindParser) app.use(parser);
    const guard = mount?.(app);
    const isTimed = guard && stopwatch.isRunning;
    if (isTimed) {
      app.use((_request, response, next) => {
        stopwatch.enter(response);
        next();
      });
    }
    if (guard) app.use(guard);
    if (isTimed) {
      app.use((_request, _response, next) => {
        stopwatch.leave();
        next();
      });
    }
    if (!isBehindParser) app.use(parser);
    app.get('/api/items', (request, response) => {
      stopwatch.handle();
      response.json(page(request.query));
    });
    app.post('/api/items', (request, response) => {
      stopwatch.handle();
      response.status(201).json(made(request.body));
    });
    app.put('/api/files/:name', async (request, response) => {
      stopwatch.handle();
      response.json(await countBytes(request));
    });
    return createServer(app);
  },

  koa(mount, _guard, stopwatch) {
    const Koa = require('koa');
    const { bodyParser } = require('@koa/bodyparser');
    const app = new Koa({ proxy: true });
    const guard = mount?.(app);
    const isTimed = guard && stopwatch.isRunning;
    if (isTimed) {
      app.use((ctx, next) => {
        stopwatch.enter(ctx.res);
        return next();
      });
    }
    if (guard) app.use(guard);
    if (isTimed) {
      app.use((_ctx, next) => {
        stopwatch.leave();
        return next();
      });
    }
    app.use(bodyParser({ jsonLimit: BODY_LIMIT }));
    app.use(async (ctx) => {
      stopwatch.handle();
      if (ctx.method === 'GET') ctx.body = page(ctx.query);
      if (ctx.method === 'PUT') ctx.body = await countBytes(ctx.req);
      if (ctx.method !== 'POST') return;
      ctx.status = 201;
      ctx.body = made(ctx.request.body);
    });
    return createServer(app.callback());
  },

  async fastify(mount, _guard, stopwatch) {
    const app = require('fastify')({ bodyLimit: BODY_LIMIT, trustProxy: 'loopback' });
    const guard = mount?.(app);
    const isTimed = guard && stopwatch.isRunning;
    if (isTimed) {
      app.addHook('onRequest', (_request, reply, done) => {
        stopwatch.enter(reply.raw);
        done();
      });
    }
    if (guard) await app.register(guard);
    if (isTimed) {
      app.addHook('onRequest', (_request, _reply, done) => {
        stopwatch.leave();
        done();
      });
    }
    app.addContentTypeParser('*', (_request, _payload, done) => done(null));
    app.get('/api/items', (request) => {
      stopwatch.handle();
      return page(request.query);
    });
    app.post('/api/items', (request, reply) => {
      stopwatch.handle();
      reply.code(201);
      return made(request.body);
    });
    app.put('/api/files/:name', (request) => {
      stopwatch.handle();
      return countBytes(request.raw);
    });
    await app.ready();
    return app.server;
  },
};
