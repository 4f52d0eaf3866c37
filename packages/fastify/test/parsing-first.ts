import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import type { FastifyServerFactoryHandler } from 'fastify';
import { inflate } from './inflate.js';

/** Servers that have parsed the body when Fastify gets the request, as serverless platforms do: it is at `request.raw.body`. */
export const parsingFirst = (handler: FastifyServerFactoryHandler): Server => createServer(parsed(handler));
export const parsingFirstHttp2 = (handler: FastifyServerFactoryHandler<Http2Server>): Http2Server =>
  createHttp2Server(parsed(handler as unknown as FastifyServerFactoryHandler) as never);

function parsed(handler: FastifyServerFactoryHandler) {
  return (request: IncomingMessage & { body?: unknown }, response: ServerResponse): void => {
    parseBody(request).then(
      (body) => {
        request.body = body;
        handler(request, response);
      },
      (error: unknown) => {
        response.writeHead(400).end(String(error));
      },
    );
  };
}

async function parseBody(request: IncomingMessage): Promise<unknown> {
  const { headers } = request;
  if (
    request.httpVersionMajor < 2 &&
    headers['content-length'] === undefined &&
    headers['transfer-encoding'] === undefined
  )
    return undefined;
  const pieces: Buffer[] = [];
  for await (const piece of inflate(request, headers['content-encoding']) ?? request) pieces.push(piece as Buffer);
  const bytes = Buffer.concat(pieces);
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/json')) return bytes.length === 0 ? {} : JSON.parse(bytes.toString());
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(bytes.toString()));
  }
  return type.startsWith('text/') ? bytes.toString() : bytes;
}
