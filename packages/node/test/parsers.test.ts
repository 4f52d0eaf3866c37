import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import busboy from 'busboy';
import formidable from 'formidable';
import httpProxy from 'http-proxy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiSecurityMiddleware } from '../src/index.js';
import {
  bytesOf,
  FILE,
  FORMS,
  GZIPPED_FORM,
  JSON_BODIES,
  LONG_BODIES,
  NOTE,
  type SentBody,
  sendBody,
} from './sent-bodies.js';
import { withSecurity } from './with-security.js';

/** What a parser made of a request: digests of its file, or of its whole body, and its fields. */
interface Arrived {
  readonly sha256: string | null;
  readonly fields: Readonly<Record<string, unknown>>;
}

type Parser = (request: IncomingMessage) => Promise<Arrived>;

const ALL = { ...FORMS, ...GZIPPED_FORM, ...JSON_BODIES, ...LONG_BODIES };

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function withBusboy(request: IncomingMessage): Promise<Arrived> {
  const fields: Record<string, unknown> = {};
  let file: Promise<Buffer> | null = null;
  const parser = busboy({ headers: request.headers });
  parser.on('field', (name, value) => {
    fields[name] = value;
  });
  parser.on('file', (_name, stream) => {
    file = buffer(stream);
  });
  if (request.headers['content-encoding'] === 'gzip') await pipeline(request, createGunzip(), parser);
  else await pipeline(request, parser);
  return { sha256: file && digest(await file), fields };
}

async function withFormidable(request: IncomingMessage): Promise<Arrived> {
  const uploadDir = await mkdtemp(join(tmpdir(), 'uploads-'));
  try {
    const [fields, files] = await formidable({ uploadDir }).parse(request);
    const path = files.photo?.[0]?.filepath;
    const single = Object.entries(fields).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]);
    return { sha256: path === undefined ? null : digest(await readFile(path)), fields: Object.fromEntries(single) };
  } finally {
    await rm(uploadDir, { recursive: true });
  }
}

async function intoFile(request: IncomingMessage): Promise<Arrived> {
  const directory = await mkdtemp(join(tmpdir(), 'body-'));
  try {
    await pipeline(request, createWriteStream(join(directory, 'body')));
    return { sha256: digest(await readFile(join(directory, 'body'))), fields: {} };
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A second server, which digests what the proxy sends it. */
let upstream: Server;
let upstreamPort: number;
beforeAll(async () => {
  upstream = createServer(async (request, response) => {
    response.end(JSON.stringify({ sha256: digest(await buffer(request)), fields: {} }));
  });
  upstreamPort = await listening(upstream);
});
afterAll(() => void upstream.close());

async function withServer(
  mode: 'monitor' | 'block',
  handlerOf: HandlerOf,
  use: (port: number, security: ApiSecurityMiddleware) => Promise<void>,
) {
  await withSecurity({ mode }, async (security) => {
    const server = createServer(handlerOf(security));
    try {
      await use(await listening(server), security);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
}

type HandlerOf = (security: ApiSecurityMiddleware) => RequestListener;

const answering =
  (parse: Parser): HandlerOf =>
  (security) =>
    security.wrap(async (request, response) => {
      try {
        response.end(JSON.stringify(await parse(request)));
      } catch (error) {
        response.writeHead(500).end(JSON.stringify(String(error)));
      }
    });

const proxying: HandlerOf = (security) => {
  const proxy = httpProxy.createProxyServer({ target: `http://127.0.0.1:${upstreamPort}` });
  return security.wrap((request, response) => proxy.web(request, response));
};

const FORM_ARRIVED: Arrived = { sha256: digest(FILE), fields: { note: NOTE } };
const wholeBody = (sent: SentBody): Arrived => ({ sha256: digest(bytesOf(sent)), fields: {} });

describe.each(['monitor', 'block'] as const)('behind the guard in %s mode', (mode) => {
  const cases: [string, HandlerOf, Readonly<Record<string, SentBody>>, (sent: SentBody) => Arrived][] = [
    ['busboy', answering(withBusboy), { ...FORMS, ...GZIPPED_FORM }, () => FORM_ARRIVED],
    ['formidable', answering(withFormidable), FORMS, () => FORM_ARRIVED],
    ['formidable', answering(withFormidable), JSON_BODIES, () => ({ sha256: null, fields: { note: NOTE } })],
    ['http-proxy', proxying, ALL, wholeBody],
    ['a pipeline into a file', answering(intoFile), ALL, wholeBody],
  ];
  for (const [parser, handlerOf, bodies, arrived] of cases) {
    it.each(Object.entries(bodies))(`${parser} gets %s as it was sent`, async (_name, sent) => {
      await withServer(mode, handlerOf, async (port, security) => {
        const { status, text } = await sendBody(port, sent);
        expect({ status, arrived: JSON.parse(text) }).toEqual({ status: 200, arrived: arrived(sent) });
        const { requests, rejected, errors } = security.counters;
        expect({ requests, rejected, errors }).toEqual({ requests: 1, rejected: 0, errors: 0 });
      });
    });
  }
});
