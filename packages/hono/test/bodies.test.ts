import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { logger } from 'hono/logger';
import { describe, expect, it } from 'vitest';
import { served, withSecurity } from './served.js';

const digest = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** More than what is inspected of a body at most. */
const FILE = randomBytes(300_000);
const NOTE = "Miles O'Brien selects a plan from the list";
const JSON_BODY = Buffer.from(JSON.stringify({ note: NOTE }));
const LONG_JSON = Buffer.from(JSON.stringify({ lines: Array(6_000).fill(`${NOTE} of everything that there is`) }));
const MULTIPART = Buffer.concat([
  Buffer.from(`--part\r\ncontent-disposition: form-data; name="note"\r\n\r\n${NOTE}\r\n`),
  Buffer.from('--part\r\ncontent-disposition: form-data; name="photo"; filename="holiday.png"\r\n'),
  Buffer.from('content-type: image/png\r\n\r\n'),
  FILE,
  Buffer.from('\r\n--part--\r\n'),
]);

type Read = (c: Context) => Promise<unknown>;

async function formOf({ note, photo }: Record<string, unknown>) {
  return { note, photo: digest(new Uint8Array(await (photo as File).arrayBuffer())) };
}

async function streamed(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of body ?? []) hash.update(piece);
  return hash.digest('hex');
}

/** Ways to read a body in Hono → the body, its type, and what must come of it. */
const READERS: Record<string, { read: Read; type: string; bodies: Buffer[]; as: (body: Buffer) => unknown }> = {
  'c.req.json()': {
    read: (c) => c.req.json(),
    type: 'application/json',
    bodies: [JSON_BODY, LONG_JSON],
    as: (body) => JSON.parse(body.toString()),
  },
  'c.req.text()': {
    read: async (c) => digest(await c.req.text()),
    type: 'text/plain',
    bodies: [JSON_BODY, LONG_JSON],
    as: digest,
  },
  'c.req.arrayBuffer()': {
    read: async (c) => digest(new Uint8Array(await c.req.arrayBuffer())),
    type: 'application/octet-stream',
    bodies: [FILE, FILE.subarray(0, 1)],
    as: digest,
  },
  'c.req.blob()': {
    read: async (c) => digest(new Uint8Array(await (await c.req.blob()).arrayBuffer())),
    type: 'image/png',
    bodies: [FILE, FILE.subarray(0, 100)],
    as: digest,
  },
  'c.req.parseBody()': {
    read: async (c) => formOf(await c.req.parseBody()),
    type: 'multipart/form-data; boundary=part',
    bodies: [MULTIPART],
    as: () => ({ note: NOTE, photo: digest(FILE) }),
  },
  'c.req.formData()': {
    read: async (c) => formOf(Object.fromEntries(await c.req.formData())),
    type: 'multipart/form-data; boundary=part',
    bodies: [MULTIPART],
    as: () => ({ note: NOTE, photo: digest(FILE) }),
  },
  'the stream c.req.raw.body': {
    read: (c) => streamed(c.req.raw.body),
    type: 'application/octet-stream',
    bodies: [FILE, FILE.subarray(0, 1)],
    as: digest,
  },
  'a clone of c.req.raw': {
    read: async (c) => digest(new Uint8Array(await c.req.raw.clone().arrayBuffer())),
    type: 'application/octet-stream',
    bodies: [FILE],
    as: digest,
  },
};

async function post(port: number, type: string, body: Buffer, pieceBytes: number | null) {
  const framing = pieceBytes === null ? { 'content-length': body.length } : { 'transfer-encoding': 'chunked' };
  const headers = { 'content-type': type, ...framing };
  const request = httpRequest({ port, host: '127.0.0.1', method: 'POST', path: '/notes', agent: false, headers });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  const size = pieceBytes ?? body.length;
  for (let start = 0; start < body.length; start += size) {
    await new Promise((written) => request.write(body.subarray(start, start + size), written));
  }
  request.end();
  const [response] = await answered;
  return { status: response.statusCode, answer: JSON.parse(await text(response)) };
}

const IN_FRONT: Record<string, MiddlewareHandler> = {
  nothing: (_c, next) => next(),
  'a logger': logger(() => {}),
  'middleware that waits until the body has come': async (_c, next) => {
    await wait(30);
    await next();
  },
};

describe.each(['monitor', 'block'] as const)('in %s mode', (mode) => {
  describe.each(Object.keys(IN_FRONT))('behind %s', (inFront) => {
    it.each(Object.entries(READERS))('%s gives what was sent', async (_name, { read, type, bodies, as }) => {
      await withSecurity({ mode }, async (security) => {
        const app = new Hono().use(IN_FRONT[inFront] as MiddlewareHandler, security);
        app.post('/notes', async (c) => c.json(await read(c)));
        app.onError((error, c) => c.json(String(error), 500));
        await served(app, async (_origin, port) => {
          for (const body of bodies) {
            for (const pieceBytes of [null, 10_007]) {
              expect(await post(port, type, body, pieceBytes)).toEqual({ status: 200, answer: as(body) });
            }
          }
        });
        const { requests, rejected, errors } = security.counters;
        expect({ requests, rejected, errors }).toEqual({ requests: 2 * bodies.length, rejected: 0, errors: 0 });
      });
    });
  });
});
