import { type IncomingMessage, METHODS, type Server } from 'node:http';
import type { Http2Server } from 'node:http2';
import type { AdapterApp, Parser } from '@api-security/core/testing';
import fastify, { type FastifyInstance, type FastifyPluginCallback, type preParsingHookHandler } from 'fastify';
import { apiSecurity } from '../src/index.js';
import { inflate } from './inflate.js';
import { parsingFirst, parsingFirstHttp2 } from './parsing-first.js';

const BODY_LIMIT = 1024 * 1024;

/** The suite's app as a Fastify user would write it. */
export async function startFastify(app: AdapterApp): Promise<Server> {
  const serving = app.parser === 'before' ? { serverFactory: parsingFirst } : {};
  return listening(fastify({ bodyLimit: BODY_LIMIT, ...serving }), app);
}

/** The same over HTTP/2. */
export async function startFastifyHttp2(app: AdapterApp): Promise<Http2Server> {
  const serving = app.parser === 'before' ? { serverFactory: parsingFirstHttp2 } : {};
  const http2 = fastify({ bodyLimit: BODY_LIMIT, http2: true, ...serving });
  return (await listening(http2 as unknown as FastifyInstance, app)) as unknown as Http2Server;
}

async function listening(
  app: FastifyInstance,
  { security, parser, mountPath, route, handler }: AdapterApp,
): Promise<Server> {
  for (const method of METHODS) {
    if (!app.supportedMethods.includes(method)) app.addHttpMethod(method, { hasBody: true });
  }
  PARSERS[parser](app);
  const mounted: FastifyPluginCallback = (scope, _options, done) => {
    if (security) void scope.register(apiSecurity(security));
    scope.all(
      '*',
      { config: route === null ? {} : { apiSecurity: route } },
      ({ raw, originalUrl, body, apiSecurity }) =>
        handler({ request: raw, url: originalUrl, parsed: body, assessment: apiSecurity }),
    );
    done();
  };
  await app.register(mounted, { prefix: mountPath });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server;
}

/** Where bodies are parsed: by Fastify, by what calls Fastify, or nowhere. */
const PARSERS: Readonly<Record<Parser, (app: FastifyInstance) => void>> = {
  after: (app) => {
    app.addHook('preParsing', inflated);
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, text, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(text)))),
    );
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => done(null, bytes));
  },
  before: (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, payload: IncomingMessage & { body?: unknown }, done) =>
      done(null, payload.body),
    );
  },
  none: (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  },
};

const inflated: preParsingHookHandler = ({ headers }, _reply, payload, done) => {
  const stream = inflate(payload, headers['content-encoding']);
  const bytes = Number(headers['content-length'] ?? 0);
  done(null, stream === null ? payload : Object.assign(stream, { receivedEncodedLength: bytes }));
};
