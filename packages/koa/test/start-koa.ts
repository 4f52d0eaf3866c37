import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import { buffer } from 'node:stream/consumers';
import * as zlib from 'node:zlib';
import type { AdapterApp } from '@api-security/core/testing';
import { bodyParser } from '@koa/bodyparser';
import type Koa from 'koa';
import { type ApiSecurityState, apiSecurity } from '../src/index.js';

type Middleware = Koa.Middleware<ApiSecurityState>;

const LIMIT = '1mb';

const parseBody = bodyParser({
  enableTypes: ['json', 'form', 'text'],
  parsedMethods: ['POST', 'PUT', 'PATCH', 'DELETE'],
  jsonLimit: LIMIT,
  formLimit: LIMIT,
  textLimit: LIMIT,
});

// Zstandard came with Node 22.15; the types are those of 20.
const { createGunzip, createInflate, createBrotliDecompress } = zlib;
const { createZstdDecompress } = zlib as { createZstdDecompress?: typeof createGunzip };
const DECODERS = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  ...(createZstdDecompress && { zstd: createZstdDecompress }),
};

/** What the parser above does not know becomes bytes. */
const parseBytes: Middleware = async (ctx, next) => {
  if (ctx.is('json', 'urlencoded', 'text') === false) {
    const decoder = DECODERS[ctx.get('content-encoding') as keyof typeof DECODERS];
    ctx.request.body = await buffer(decoder === undefined ? ctx.req : ctx.req.pipe(decoder()));
  }
  await next();
};

/** Runs a middleware under a path that it does not see, as koa-mount does. */
export function mount(path: string, middleware: Middleware): Middleware {
  return async (ctx, next) => {
    const whole = ctx.path;
    if (whole !== path && !whole.startsWith(`${path}/`)) return next();
    const inner = whole.slice(path.length) || '/';
    ctx.path = inner;
    await middleware(ctx, async () => {
      ctx.path = whole;
      await next();
      ctx.path = inner;
    });
    ctx.path = whole;
  };
}

/** The suite's app as a Koa user would write it. */
function createKoa(Framework: typeof Koa, given: AdapterApp): Koa<ApiSecurityState> {
  const { security, parser, mountPath, route, handler } = given;
  const app = new Framework<ApiSecurityState>();
  const use = (middleware: Middleware) => app.use(mountPath === '' ? middleware : mount(mountPath, middleware));
  app.silent = true;
  app.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const { status = 500, message } = error as Error & { status?: number };
      ctx.status = status;
      ctx.body = { error: message };
    }
  });
  if (parser === 'before') app.use(parseBytes).use(parseBody);
  if (security) use(apiSecurity(security, route ?? undefined));
  if (parser === 'after') app.use(parseBytes).use(parseBody);
  use(async (ctx) => {
    const { req: request, originalUrl: url } = ctx;
    ctx.body = await handler({ request, url, parsed: ctx.request.body, assessment: ctx.state.apiSecurity });
  });
  return app;
}

export async function startKoa(Framework: typeof Koa, given: AdapterApp): Promise<Server> {
  const server = createServer(createKoa(Framework, given).callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

export async function startKoaHttp2(Framework: typeof Koa, given: AdapterApp): Promise<Http2Server> {
  const server = createHttp2Server(createKoa(Framework, given).callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
