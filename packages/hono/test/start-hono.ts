import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import { Readable } from 'node:stream';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { AdapterApp } from '@api-security/core/testing';
import { type HttpBindings, type ServerType, serve } from '@hono/node-server';
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { apiSecurity } from '../src/index.js';

interface Env {
  Bindings: HttpBindings;
  Variables: { parsed: unknown };
}

/** The suite's app as a Hono user would write it. */
export async function startHono(app: AdapterApp): Promise<Server> {
  return (await listening(serve({ fetch: honoOf(app).fetch, port: 0, hostname: '127.0.0.1' }))) as Server;
}

export async function startHonoHttp2(app: AdapterApp): Promise<Http2Server> {
  const { fetch } = honoOf(app);
  return (await listening(
    serve({ fetch, createServer: createHttp2Server, port: 0, hostname: '127.0.0.1' }),
  )) as Http2Server;
}

async function listening(server: ServerType): Promise<ServerType> {
  await once(server, 'listening');
  return server;
}

function honoOf({ security, parser, mountPath, route, handler }: AdapterApp): Hono<Env> {
  const app = new Hono<Env>();
  const under = `${mountPath}/*`;
  if (parser === 'before') app.use(...parsers);
  if (security) app.use(under, apiSecurity(security, route ?? undefined));
  if (parser === 'after') app.use(...parsers);
  app.all(under, async (c) => {
    const { incoming } = c.env;
    const answer = await handler({
      request: incoming,
      url: incoming.url ?? '',
      parsed: c.get('parsed'),
      assessment: c.get('apiSecurity'),
    });
    return answer instanceof Readable ? c.body(Readable.toWeb(answer) as ReadableStream) : c.json(answer);
  });
  app.onError((error, c) => {
    const { status = 500 } = error as Error & { status?: ContentfulStatusCode };
    return c.json({ error: error.message }, status);
  });
  return app;
}

const DECODE: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array<ArrayBuffer>>> = {
  gzip: gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** Takes content codings off, which Hono leaves to the app. */
const decoded: MiddlewareHandler<Env> = async (c, next) => {
  const { raw } = c.req;
  const coding = c.req.header('content-encoding');
  if (coding !== undefined && raw.body) {
    const decode = DECODE[coding];
    if (decode === undefined) throw new HTTPException(415, { message: 'The content coding is not known.' });
    const body = decode(new Uint8Array(await raw.arrayBuffer()));
    c.req.raw = new Request(raw.url, { method: raw.method, headers: raw.headers, body });
  }
  await next();
};

const parsed: MiddlewareHandler<Env> = async (c, next) => {
  const type = c.req.header('content-type') ?? '';
  if (type.startsWith('application/json')) c.set('parsed', await c.req.json());
  else if (/^(multipart\/form-data|application\/x-www-form-urlencoded)/.test(type))
    c.set('parsed', await c.req.parseBody());
  else if (type.startsWith('text/')) c.set('parsed', await c.req.text());
  else c.set('parsed', Buffer.from(await c.req.arrayBuffer()));
  await next();
};

const parsers = [bodyLimit({ maxSize: 1024 * 1024 }), decoded, parsed] as const;
