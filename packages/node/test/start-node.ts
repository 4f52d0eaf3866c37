import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import { Readable } from 'node:stream';
import type { AdapterApp } from '@api-security/core/testing';
import { type ApiSecurityMiddleware, apiSecurity, type GuardedRequest } from '../src/index.js';
import { parseBody } from './body-parser.js';

type Listener = (request: IncomingMessage & GuardedRequest, response: ServerResponse) => Promise<void>;

/** How a guard is put in front of a handler. */
type Guarding = (guard: ApiSecurityMiddleware, handled: Listener) => RequestListener;

const wrapped: Guarding = (guard, handled) => guard.wrap(handled);

/** The suite's app as somebody without a framework would write it. */
export async function startNode(app: AdapterApp, guarding: Guarding = wrapped): Promise<Server> {
  return listening(createServer(listenerOf(app, guarding)));
}

/** The same listener over HTTP/2, through the compatibility API. */
export async function startNodeHttp2(app: AdapterApp): Promise<Http2Server> {
  const listener = listenerOf(app, wrapped) as unknown as Parameters<typeof createHttp2Server>[1];
  return listening(createHttp2Server(listener));
}

async function listening<S extends Server | Http2Server>(server: S): Promise<S> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function listenerOf({ security, parser, mountPath, route, handler }: AdapterApp, guarding: Guarding): Listener {
  const guard = security && apiSecurity(security, route ?? undefined);

  const parsed: Listener = async (request) => {
    request.body = await parseBody(request);
  };
  const answered: Listener = async (request, response) => {
    if (parser === 'after') await parsed(request, response);
    const { url = '', body, apiSecurity: assessment } = request;
    const answer = await handler({ request, url, parsed: body, assessment });
    if (answer instanceof Readable) answer.pipe(response);
    else send(response, 200, answer);
  };
  const failing = ({ status = 500, message }: Error & { status?: number }, response: ServerResponse) =>
    send(response, status, { error: message });
  const handled: Listener = (request, response) =>
    answered(request, response).catch((error) => failing(error, response));
  const guarded = guard ? guarding(guard, handled) : handled;

  return async (request, response) => {
    if (!(request.url ?? '').startsWith(mountPath)) return send(response, 404, {});
    try {
      if (parser === 'before') await parsed(request, response);
      await guarded(request, response);
    } catch (error) {
      failing(error as Error, response);
    }
  };
}

function send(response: ServerResponse, status: number, answer: object): void {
  if (response.headersSent) return;
  const body = JSON.stringify(answer);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
