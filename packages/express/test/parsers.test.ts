import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { silentLogger } from '@api-security/core';
import { type FakeModels, fakeRuntime, writeFakeModels } from '@api-security/core/testing';
import express from 'express';
import express4 from 'express4';
import multer from 'multer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiSecurityMiddleware, apiSecurity } from '../src/index.js';

const LIMIT = '1mb';
const ATTACK = "1' or 1=1 --";
/** An image of 300 kB, longer than what is inspected; the same in every run. */
const IMAGE = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i * 7919 + (i >> 3)) % 256));

/** A body as its sender knows it. */
interface Body {
  readonly type: string;
  readonly bytes: Buffer;
}

interface Wire extends Body {
  readonly coding?: string;
  readonly chunked?: boolean;
  /** Bytes that leave at once. */
  readonly pieceBytes?: number;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

const text = (type: string, content: string): Body => ({ type, bytes: Buffer.from(content) });

const note = (value: string): string => `${value} ${'Crème brûlée, 3 × 4 = 12. '.repeat(400)}`;

/** Bodies of every kind, with a note in them. */
const BODIES: Readonly<Record<string, (value: string) => Body>> = {
  json: (value) => text('application/json', JSON.stringify({ id: 7, note: note(value) })),
  form: (value) => text('application/x-www-form-urlencoded', new URLSearchParams({ note: note(value) }).toString()),
  text: (value) => text('text/plain; charset=utf-8', note(value)),
  binary: () => ({ type: 'application/octet-stream', bytes: IMAGE.subarray(0, 9_000) }),
  multipart: (value) => multipart(value, IMAGE),
};

function multipart(value: string, file: Buffer): Body {
  const part = (headers: string) => `--B\r\nContent-Disposition: form-data; ${headers}\r\n\r\n`;
  return {
    type: 'multipart/form-data; boundary=B',
    bytes: Buffer.concat([
      Buffer.from(`${part('name="note"')}${note(value)}\r\n${part('name="photo"; filename="me.png"')}`),
      file,
      Buffer.from('\r\n--B--\r\n'),
    ]),
  };
}

/** How a body travels. Coded bodies are for parsers that know the coding. */
const WAYS: Readonly<Record<string, (body: Body) => Wire>> = {
  plain: (body) => body,
  chunked: (body) => ({ ...body, chunked: true }),
  'split packets': (body) => ({ ...body, pieceBytes: Math.ceil(body.bytes.length / 50) + 1 }),
  'split chunks': (body) => ({ ...body, chunked: true, pieceBytes: Math.ceil(body.bytes.length / 50) + 1 }),
  gzip: (body) => ({ ...body, coding: 'gzip', bytes: gzipSync(body.bytes) }),
  br: (body) => ({ ...body, coding: 'br', bytes: brotliCompressSync(body.bytes) }),
  'gzip in split chunks': (body) => ({
    ...body,
    coding: 'gzip',
    bytes: gzipSync(body.bytes),
    chunked: true,
    pieceBytes: 37,
  }),
};

/** Charsets that `express.json()` takes, as a sender writes them. */
const CHARSETS: Readonly<Record<string, (content: string) => Buffer>> = {
  'utf-16le': (content) => Buffer.from(content, 'utf16le'),
  'utf-16': (content) => Buffer.from(`\ufeff${content}`, 'utf16le'),
  'utf-16be': (content) => Buffer.from(content, 'utf16le').swap16(),
  'utf-7': (content) => Buffer.from(content.replaceAll("'", '+ACc-').replaceAll('=', '+AD0-')),
};

async function send(port: number, path: string, { type, bytes, coding, chunked, pieceBytes }: Wire): Promise<Reply> {
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    path,
    method: 'POST',
    agent: false,
    headers: {
      'content-type': type,
      ...(coding === undefined ? {} : { 'content-encoding': coding }),
      ...(chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': bytes.length }),
    },
  });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  request.on('error', () => {});
  const size = pieceBytes ?? bytes.length;
  for (let at = 0; at < bytes.length; at += size) {
    await new Promise((sent) => request.write(bytes.subarray(at, at + size), sent));
    await new Promise((turn) => setImmediate(turn));
  }
  request.end();
  const [response] = await answered;
  const pieces = await response.toArray();
  return { status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(pieces as Buffer[]).toString()) };
}

/** An app in which each route has a parser of its own and answers with digests of what the parser was given. */
function appOf(framework: typeof express, security: ApiSecurityMiddleware): express.Express {
  const app = framework().use(security);
  let given = '';
  const verify = (_request: IncomingMessage, _response: unknown, bytes: Buffer): void => {
    given = sha256(bytes);
  };
  const answer: express.RequestHandler = ({ body }, response) => void response.json({ given, note: body.note });
  app.post('/json', express.json({ limit: LIMIT, verify }), answer);
  app.post('/form', express.urlencoded({ extended: true, limit: LIMIT, verify }), answer);
  app.post('/text', express.text({ limit: LIMIT, verify }), ({ body }, response) => {
    response.json({ given, text: sha256(body as string) });
  });
  app.post('/binary', express.raw({ limit: LIMIT, verify }), ({ body }, response) => {
    response.json({ given, raw: sha256(body as Buffer) });
  });
  app.post('/multipart', multer({ storage: multer.memoryStorage() }).any(), ({ body, files }, response) => {
    const uploaded = (files as Express.Multer.File[]).map(({ originalname, buffer }) => [originalname, sha256(buffer)]);
    response.json({ note: body.note, uploaded });
  });
  app.post('/pipe', async (request, response) => {
    const hash = createHash('sha256');
    const through = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        hash.update(chunk);
        done();
      },
    });
    await pipeline(request, through.resume());
    response.json({ piped: hash.digest('hex') });
  });
  return app;
}

/** What a parser's route answers when it was given exactly what its client sent. */
function expected(kind: string, body: Body): object {
  const given = sha256(body.bytes);
  if (kind === 'text') return { given, text: given };
  if (kind === 'binary') return { given, raw: given };
  if (kind === 'multipart') return { note: note("O'Brien"), uploaded: [['me.png', sha256(IMAGE)]] };
  return { given, note: note("O'Brien") };
}

let models: FakeModels;
beforeAll(() => {
  models = writeFakeModels();
});
afterAll(() => models.remove());

describe.each([
  ['Express 5', express, ['gzip', 'br']],
  ['Express 4', express4 as typeof express, ['gzip']],
] as const)('%s', (_name, framework, codings) => {
  describe.each(['monitor', 'block'] as const)('in %s mode', (mode) => {
    let security: ApiSecurityMiddleware;
    let server: Server;
    let port: number;

    beforeAll(async () => {
      security = apiSecurity({
        mode,
        models: models.directory,
        runtime: fakeRuntime(),
        logger: silentLogger,
        limits: { timeMs: 5_000 },
      });
      await security.ready();
      server = appOf(framework, security).listen(0, '127.0.0.1');
      await once(server, 'listening');
      ({ port } = server.address() as AddressInfo);
    });

    afterAll(async () => {
      server.closeAllConnections();
      server.close();
      await security.close();
    });

    for (const [kind, bodyOf] of Object.entries(BODIES)) {
      const body = bodyOf("O'Brien");
      for (const [way, sentBy] of Object.entries(WAYS)) {
        const wire = sentBy(body);
        // Parsers of forms with files, and Express 4 for Brotli, leave content codings to somebody in front of them.
        const parses =
          wire.coding === undefined || (kind !== 'multipart' && (codings as readonly string[]).includes(wire.coding));
        if (parses) {
          it(`gives the ${kind} parser what was sent: ${way}`, async () => {
            expect(await send(port, `/${kind}`, wire)).toEqual({ status: 200, body: expected(kind, body) });
          });
        }
        it(`lets a ${kind} body be piped byte by byte as it came: ${way}`, async () => {
          expect(await send(port, '/pipe', wire)).toEqual({ status: 200, body: { piped: sha256(wire.bytes) } });
        });
      }
    }

    it('looked at every one of them', async () => {
      const { requests } = security.counters;
      expect(requests).toBeGreaterThan(50);
      // In monitor mode the last one is scored beside its answer.
      await expect.poll(() => security.counters.scored).toBe(requests);
      const { unscored, errors, degraded } = security.counters;
      expect({ unscored, errors, degraded: { ...degraded } }).toEqual({ unscored: 0, errors: 0, degraded: {} });
    });

    it('counts an upload that is no text, and not one that is', async () => {
      const before = security.counters.binary;
      await send(port, '/multipart', multipart("O'Brien", Buffer.from('plain text')));
      expect(security.counters.binary).toBe(before);
      await send(port, '/multipart', multipart("O'Brien", IMAGE.subarray(0, 5_000)));
      await expect.poll(() => security.counters.binary).toBe(before + 1);
    });

    for (const [charset, written] of Object.entries(CHARSETS)) {
      it(`reads JSON in ${charset}, as the parser does`, async () => {
        const wire = (value: string): Body => ({
          type: `application/json; charset=${charset}`,
          bytes: written(JSON.stringify({ note: value })),
        });
        expect(await send(port, '/json', wire("O'Brien"))).toMatchObject({ status: 200, body: { note: "O'Brien" } });
        const before = security.counters.alerts;
        const { status } = await send(port, '/json', wire(ATTACK));
        expect(status).toBe(mode === 'block' ? 403 : 200);
        await expect.poll(() => security.counters.alerts).toBe(before + 1);
      });
    }

    for (const kind of ['json', 'form', 'text', 'multipart']) {
      it(`finds an attack in a ${kind} body`, async () => {
        const before = security.counters.alerts;
        const wire = BODIES[kind]?.(ATTACK) as Body;
        const { status } = await send(port, `/${kind}`, wire);
        expect(status).toBe(mode === 'block' ? 403 : 200);
        await expect.poll(() => security.counters.alerts).toBe(before + 1);
      });
    }
  });
});
