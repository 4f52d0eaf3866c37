import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { createRequire } from 'node:module';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { Timers } from '../timers.js';
import type { BodyStream } from './body-stream.js';
import { type BodyTap, tapBody } from './body-tap.js';
import { readBodyAhead } from './read-body-ahead.js';

const BODY_BYTES = 131_072;
const NEVER: Timers = { after: () => () => {} };
const directory = mkdtempSync(join(tmpdir(), 'read-body-ahead-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** How handlers of this world take a body. */
const CONSUMERS: Record<string, (req: Readable) => Promise<Buffer>> = {
  "'data' and 'end'": (req) =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => resolve(Buffer.concat(chunks)));
      req.on('error', reject);
    }),
  "'readable' and read()": (req) =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      req.on('readable', () => {
        for (let chunk = req.read(); chunk !== null; chunk = req.read()) chunks.push(chunk as Buffer);
      });
      req.on('end', () => resolve(Buffer.concat(chunks)));
      req.on('error', reject);
    }),
  'async iteration': async (req) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  },
  'pipe to a stream': (req) => buffer(req.pipe(new PassThrough())),
  'pipeline to a file': async (req) => {
    const file = join(directory, randomBytes(8).toString('hex'));
    await pipeline(req, createWriteStream(file));
    return buffer(createReadStream(file));
  },
  'a web stream': (req) => buffer(Readable.toWeb(req)),
  'text with setEncoding': async (req) => {
    req.setEncoding('latin1');
    let text = '';
    for await (const chunk of req) text += chunk as string;
    return Buffer.from(text, 'latin1');
  },
  'pause, wait and resume': async (req) => {
    const chunks: Buffer[] = [];
    req.pause();
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    await turn();
    req.resume();
    await once(req, 'end');
    return Buffer.concat(chunks);
  },
};

const SIZES = [0, 1, 16_383, 16_384, 16_385, 65_536, 300_000];

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

async function listening<T>(server: Server, run: (port: number) => Promise<T>): Promise<T> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await run((server.address() as AddressInfo).port);
  } finally {
    (server as { closeAllConnections?: () => void }).closeAllConnections?.();
    server.close();
  }
}

function serving<T>(handler: Handler, run: (port: number) => Promise<T>): Promise<T> {
  return listening(
    createServer((req, res) => {
      handler(req, res).catch((error: unknown) => res.destroy(error as Error));
    }),
    run,
  );
}

/** What our middleware does in block mode. */
async function guard(req: BodyStream, res: ServerResponse, timers: Timers = NEVER): Promise<BodyTap> {
  const tap = tapBody(req, { bodyBytes: BODY_BYTES }, res);
  await readBodyAhead(tap, { limitBytes: BODY_BYTES, timeoutMs: 1000, timers });
  return tap;
}

/** Answers with the digest of what the handler got and how often the stream ended. */
async function answer(req: Readable, res: ServerResponse, consume: (req: Readable) => Promise<Buffer>): Promise<void> {
  let ends = 0;
  req.on('end', () => {
    ends += 1;
  });
  const body = await consume(req);
  await turn();
  res.end(JSON.stringify({ digest: digest(body), ends }));
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

interface Exchange {
  readonly pieces: readonly Buffer[];
  readonly answers?: number;
}

/** Writes pieces to a socket, each in a packet of its own, and collects the bodies of the answers. */
async function exchange(port: number, { pieces, answers = 1 }: Exchange): Promise<string[]> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  const bodies: string[] = [];
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    for (;;) {
      const head = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
      if (head < 0 || text.length < head + 4 + length) return;
      if (!text.startsWith('HTTP/1.1 100')) bodies.push(text.slice(head + 4, head + 4 + length));
      text = text.slice(head + 4 + length);
      if (bodies.length === answers) socket.end();
    }
  });
  for (const piece of pieces) {
    socket.write(piece);
    await turn();
  }
  await once(socket, 'close');
  return bodies;
}

function withLength(body: Buffer, extra = ''): Buffer[] {
  return [Buffer.from(`POST / HTTP/1.1\r\nhost: x\r\n${extra}content-length: ${body.length}\r\n\r\n`), body];
}

function chunked(body: Buffer, size: number): Buffer[] {
  const pieces = [Buffer.from('POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n')];
  for (let at = 0; at < body.length; at += size) {
    const chunk = body.subarray(at, at + size);
    pieces.push(Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]));
  }
  // The end comes in a packet of its own, after every byte of the body.
  pieces.push(Buffer.from('0\r\n\r\n'));
  return pieces;
}

function joined(pieces: readonly Buffer[]): Buffer[] {
  return [Buffer.concat(pieces)];
}

function bytewise(pieces: readonly Buffer[]): Buffer[] {
  return [...Buffer.concat(pieces)].map((byte) => Buffer.from([byte]));
}

const FRAMINGS: Record<string, (body: Buffer) => Buffer[]> = {
  'with its length': (body) => withLength(body),
  'in one packet with its head': (body) => joined(withLength(body)),
  'in chunks of 7 kB': (body) => chunked(body, 7001),
  'in chunks of 64 kB, all written at once': (body) => joined(chunked(body, 65_536)),
};

describe('readBodyAhead gives the handler every byte and one end', () => {
  for (const [style, consume] of Object.entries(CONSUMERS)) {
    it(`when it uses ${style}, whatever the size and framing`, async () => {
      await serving(
        async (req, res) => {
          await guard(req, res);
          await answer(req, res, consume);
        },
        async (port) => {
          for (const [framing, frame] of Object.entries(FRAMINGS)) {
            for (const size of SIZES) {
              const body = randomBytes(size);
              const [text = ''] = await exchange(port, { pieces: frame(body) });
              expect({ framing, size, ...JSON.parse(text) }).toEqual({ framing, size, digest: digest(body), ends: 1 });
            }
          }
        },
      );
    });
  }

  it('when the request arrives byte by byte', async () => {
    await serving(
      async (req, res) => {
        await guard(req, res);
        await answer(req, res, buffer);
      },
      async (port) => {
        const body = randomBytes(257);
        for (const pieces of [bytewise(withLength(body)), bytewise(chunked(body, 1))]) {
          const [text = ''] = await exchange(port, { pieces });
          expect(JSON.parse(text)).toEqual({ digest: digest(body), ends: 1 });
        }
      },
    );
  });

  it('when tens of thousands of one-byte chunks come in one packet', async () => {
    await serving(
      async (req, res) => {
        await guard(req, res);
        await answer(req, res, buffer);
      },
      async (port) => {
        const body = randomBytes(50_000);
        const [text = ''] = await exchange(port, { pieces: joined(chunked(body, 1)) });
        expect(JSON.parse(text)).toEqual({ digest: digest(body), ends: 1 });
      },
    );
  });

  it('when it waits before it reads', async () => {
    await serving(
      async (req, res) => {
        await guard(req, res);
        for (let i = 0; i < 20; i++) await turn();
        await answer(req, res, buffer);
      },
      async (port) => {
        for (const size of SIZES) {
          const body = randomBytes(size);
          const [text = ''] = await exchange(port, { pieces: withLength(body) });
          expect(JSON.parse(text)).toEqual({ digest: digest(body), ends: 1 });
        }
      },
    );
  });

  for (const name of ['express', 'express4']) {
    it(`when ${name} parses it as JSON, form and raw bytes behind us`, async () => {
      const load = createRequire(new URL('../../../express/package.json', import.meta.url));
      const express = load(name) as Express;
      const app = express();
      app.use((req, res, next) => {
        void guard(req, res).then(() => next());
      });
      app.use(express.json({ limit: '1mb' }));
      app.use(express.urlencoded({ extended: false, limit: '1mb' }));
      app.use(express.raw({ type: '*/*', limit: '1mb' }));
      app.use((req, res) => {
        res.end(Buffer.isBuffer(req.body) ? digest(req.body) : JSON.stringify(req.body));
      });
      await listening(createServer(app), async (port) => {
        for (const size of [1, 16_384, 200_000]) {
          const json = JSON.stringify({ a: 'ü'.repeat(size), b: [1, null] });
          const form = `a=${'x'.repeat(size)}&b=1`;
          const raw = randomBytes(size);
          expect(await post(port, 'application/json', Buffer.from(json))).toBe(json);
          expect(JSON.parse(await post(port, 'application/x-www-form-urlencoded', Buffer.from(form)))).toEqual({
            a: 'x'.repeat(size),
            b: '1',
          });
          expect(await post(port, 'application/octet-stream', raw)).toBe(digest(raw));
        }
      });
    });
  }
});

interface ExpressRequest extends IncomingMessage {
  readonly body: unknown;
}
type Middleware = (req: ExpressRequest, res: ServerResponse, next: () => void) => void;
interface Express {
  (): ((req: IncomingMessage, res: ServerResponse) => void) & { use(middleware: Middleware): void };
  json(options: object): Middleware;
  urlencoded(options: object): Middleware;
  raw(options: object): Middleware;
}

async function post(port: number, type: string, body: Buffer): Promise<string> {
  const sent = request({ port, method: 'POST', headers: { 'content-type': type } });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return (await buffer(response)).toString();
}

describe('readBodyAhead lets the body arrive', () => {
  async function seenBefore(pieces: Buffer[], timers?: Timers): Promise<{ seen: Buffer; tap: BodyTap }> {
    const taps: { seen: Buffer; tap: BodyTap }[] = [];
    await serving(
      async (req, res) => {
        const tap = await guard(req, res, timers);
        taps.push({ seen: tap.seen().bytes, tap });
        await answer(req, res, buffer);
      },
      (port) => exchange(port, { pieces }),
    );
    return taps[0] as { seen: Buffer; tap: BodyTap };
  }

  it('whole before the handler runs, when it is within the limit', async () => {
    for (const size of [1, 16_385, BODY_BYTES]) {
      const body = randomBytes(size);
      for (const pieces of [withLength(body), chunked(body, 1000)]) {
        const { seen, tap } = await seenBefore(pieces);
        expect(seen.equals(body)).toBe(true);
        expect(tap.complete).toBe(true);
      }
    }
  });

  it('and goes on when it is longer than the limit', async () => {
    const body = randomBytes(300_000);
    const { tap } = await seenBefore(withLength(body));
    await tap.ended.passed;
    const { bytes, headBytes, cut } = tap.seen();
    expect({ length: bytes.length, cut, total: tap.totalBytes }).toEqual({
      length: BODY_BYTES,
      cut: true,
      total: 300_000,
    });
    expect(bytes.subarray(0, headBytes).equals(body.subarray(0, headBytes))).toBe(true);
    expect(bytes.subarray(headBytes).equals(body.subarray(300_000 - (BODY_BYTES - headBytes)))).toBe(true);
  });

  it('and goes on at the time limit; the rest arrives behind it', async () => {
    const body = randomBytes(50_000);
    const clock = new ManualTimers();
    const received = new Promise<string>((resolve, reject) => {
      serving(
        async (req, res) => {
          const tap = await guard(req, res, clock);
          expect(tap.complete).toBe(false);
          await answer(req, res, buffer);
        },
        async (port) => {
          const socket = connect(port, '127.0.0.1');
          const [head, rest] = withLength(body) as [Buffer, Buffer];
          socket.write(Buffer.concat([head, rest.subarray(0, 20_000)]));
          await clock.started;
          clock.fire();
          for (let i = 0; i < 5; i++) await turn();
          socket.write(rest.subarray(20_000));
          const [chunk] = (await once(socket, 'data')) as [Buffer];
          socket.destroy();
          resolve(chunk.toString().split('\r\n\r\n')[1] ?? '');
        },
      ).catch(reject);
    });
    expect(JSON.parse(await received)).toEqual({ digest: digest(body), ends: 1 });
    expect(clock.pending).toBe(0);
  });

  it('and goes on when the client goes away, without an error that nobody expects', async () => {
    const outcome = await new Promise<object>((resolve, reject) => {
      serving(
        async (req, res) => {
          const tap = await guard(req, res);
          resolve({ complete: tap.complete, aborted: tap.aborted, bytes: tap.totalBytes, destroyed: req.destroyed });
        },
        async (port) => {
          const socket = connect(port, '127.0.0.1');
          socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nabc');
          await turn();
          await turn();
          socket.destroy();
          await once(socket, 'close');
          for (let i = 0; i < 10; i++) await turn();
        },
      ).catch(reject);
    });
    expect(outcome).toEqual({ complete: false, aborted: true, bytes: 3, destroyed: true });
  });

  it('leaves no timer behind', async () => {
    const clock = new ManualTimers();
    await seenBefore(withLength(randomBytes(100)), clock);
    await seenBefore([Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n')], clock);
    expect(clock.pending).toBe(0);
  });

  it('waits for nothing when there is no body', async () => {
    for (const head of [
      'GET / HTTP/1.1\r\nhost: x\r\n\r\n',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n',
    ]) {
      const { seen, tap } = await seenBefore([Buffer.from(head)]);
      expect({ bytes: seen.length, complete: tap.complete, missed: tap.missed }).toEqual({
        bytes: 0,
        complete: true,
        missed: false,
      });
    }
  });

  it('works with Expect: 100-continue', async () => {
    const body = randomBytes(40_000);
    await serving(
      async (req, res) => {
        const tap = await guard(req, res);
        expect(tap.complete).toBe(true);
        await answer(req, res, buffer);
      },
      async (port) => {
        const sent = request({ port, method: 'POST', headers: { expect: '100-continue', 'content-length': 40_000 } });
        sent.flushHeaders();
        await once(sent, 'continue');
        sent.end(body);
        const [response] = (await once(sent, 'response')) as [IncomingMessage];
        expect(JSON.parse((await buffer(response)).toString())).toEqual({ digest: digest(body), ends: 1 });
      },
    );
  });
});

describe('a connection goes on after a guarded request', () => {
  it('when the handler never reads the body, and requests follow on the same socket', async () => {
    let handled = 0;
    await serving(
      async (req, res) => {
        await guard(req, res);
        handled += 1;
        res.end(`${handled}`);
      },
      async (port) => {
        for (const size of [0, 1, 20_000, BODY_BYTES, 300_000]) {
          handled = 0;
          const pieces = [1, 2, 3].flatMap(() => withLength(randomBytes(size)));
          expect(await exchange(port, { pieces, answers: 3 })).toEqual(['1', '2', '3']);
        }
      },
    );
  });

  it('when requests are pipelined in one packet', async () => {
    const bodies = [randomBytes(10), randomBytes(30_000), Buffer.alloc(0), randomBytes(5)];
    await serving(
      async (req, res) => {
        await guard(req, res);
        await answer(req, res, buffer);
      },
      async (port) => {
        const pieces = joined(bodies.flatMap((body, i) => (i % 2 === 0 ? withLength(body) : chunked(body, 999))));
        const answers = await exchange(port, { pieces, answers: bodies.length });
        expect(answers.map((text) => JSON.parse(text).digest)).toEqual(bodies.map(digest));
      },
    );
  });
});

describe('readBodyAhead behind other middleware', () => {
  /** Middleware before us that waits, e.g. for a session: the body begins to arrive without us. */
  async function waiting(req: IncomingMessage): Promise<void> {
    while (req.readableLength === 0 && !req.complete) await turn();
    for (let i = 0; i < 5; i++) await turn();
  }

  for (const [style, consume] of Object.entries(CONSUMERS)) {
    it(`sees what was buffered, and the handler gets it all by ${style}`, async () => {
      const seen: boolean[] = [];
      let expected: Buffer = Buffer.alloc(0);
      await serving(
        async (req, res) => {
          await waiting(req);
          const tap = await guard(req, res);
          seen.push(expected.length > BODY_BYTES || tap.seen().bytes.equals(expected));
          await answer(req, res, consume);
        },
        async (port) => {
          for (const frame of Object.values(FRAMINGS)) {
            for (const size of SIZES) {
              expected = randomBytes(size);
              const [text = ''] = await exchange(port, { pieces: frame(expected) });
              expect(JSON.parse(text)).toEqual({ digest: digest(expected), ends: 1 });
            }
          }
        },
      );
      expect(new Set(seen)).toEqual(new Set([true]));
    });
  }

  it('does not stop the connection when nobody reads what was buffered', async () => {
    let handled = 0;
    await serving(
      async (req, res) => {
        await waiting(req);
        await guard(req, res);
        handled += 1;
        res.end(`${handled}`);
      },
      async (port) => {
        for (const size of [1, 20_000, 300_000]) {
          handled = 0;
          const pieces = [1, 2, 3].flatMap(() => withLength(randomBytes(size)));
          expect(await exchange(port, { pieces, answers: 3 })).toEqual(['1', '2', '3']);
        }
      },
    );
  });

  it('does nothing when a parser has read the body before us', async () => {
    await serving(
      async (req, res) => {
        const body = await buffer(req);
        const tap = await guard(req, res);
        res.end(JSON.stringify({ digest: digest(body), missed: tap.missed, complete: tap.complete }));
      },
      async (port) => {
        const body = randomBytes(1000);
        const [text = ''] = await exchange(port, { pieces: withLength(body) });
        expect(JSON.parse(text)).toEqual({ digest: digest(body), missed: true, complete: false });
      },
    );
  });

  it('does nothing but watch when somebody is reading already', async () => {
    await serving(
      async (req, res) => {
        const reading = buffer(req);
        const tap = await guard(req, res);
        const body = await reading;
        res.end(JSON.stringify({ digest: digest(body), seen: digest(tap.seen().bytes), complete: tap.complete }));
      },
      async (port) => {
        const body = randomBytes(100_000);
        const [text = ''] = await exchange(port, { pieces: withLength(body) });
        expect(JSON.parse(text)).toEqual({ digest: digest(body), seen: digest(body), complete: true });
      },
    );
  });

  it('leaves a paused request paused', async () => {
    await serving(
      async (req, res) => {
        req.pause();
        await waiting(req);
        await guard(req, res);
        const chunks: Buffer[] = [];
        req.on('data', (chunk: Buffer) => chunks.push(chunk));
        for (let i = 0; i < 5; i++) await turn();
        const early = chunks.length;
        req.resume();
        await once(req, 'end');
        res.end(JSON.stringify({ early, digest: digest(Buffer.concat(chunks)) }));
      },
      async (port) => {
        const body = randomBytes(1000);
        const [text = ''] = await exchange(port, { pieces: withLength(body) });
        expect(JSON.parse(text)).toEqual({ early: 0, digest: digest(body) });
      },
    );
  });

  it('works twice on one request', async () => {
    await serving(
      async (req, res) => {
        const taps = await Promise.all([guard(req, res), guard(req, res)]);
        const later = await guard(req, res);
        expect([...taps, later].map((tap) => digest(tap.seen().bytes)).slice(0, 2)).toEqual([
          digest(sent),
          digest(sent),
        ]);
        expect(Object.hasOwn(req, 'push')).toBe(false);
        await answer(req, res, buffer);
      },
      async (port) => {
        const [text = ''] = await exchange(port, { pieces: withLength(sent) });
        expect(JSON.parse(text)).toEqual({ digest: digest(sent), ends: 1 });
      },
    );
  });
  const sent: Buffer = randomBytes(30_000);
});

describe('readBodyAhead over other sources', () => {
  it('works over HTTP/2, read or not, and other streams of the session go on', async () => {
    const server = createHttp2Server((req, res) => {
      const response = res as unknown as ServerResponse;
      guard(req, response)
        .then(async (tap) => {
          const seen = digest(tap.seen().bytes);
          if (req.url === '/unread') res.end(JSON.stringify({ seen }));
          else res.end(JSON.stringify({ seen, digest: digest(await buffer(req)) }));
        })
        .catch(() => res.stream.destroy());
    });
    await listening(server as unknown as Server, async (port) => {
      const session = connectHttp2(`http://127.0.0.1:${port}`);
      const send = async (path: string, body: Buffer | null): Promise<Record<string, string>> => {
        const stream = session.request(
          { ':path': path, ':method': body === null ? 'GET' : 'POST' },
          { endStream: body === null },
        );
        if (body !== null) stream.end(body);
        return JSON.parse((await buffer(stream)).toString());
      };
      for (const size of [0, 1, 16_385, 65_536, 120_000]) {
        const body = randomBytes(size);
        expect(await send('/', body)).toEqual({ seen: digest(body), digest: digest(body) });
        expect(await send('/unread', body)).toEqual({ seen: digest(body) });
      }
      const large = randomBytes(300_000);
      expect((await send('/', large)).digest).toBe(digest(large));
      await Promise.all([1, 2, 3, 4, 5].map(() => send('/unread', large)));
      expect(await send('/', null)).toEqual({ seen: digest(Buffer.alloc(0)), digest: digest(Buffer.alloc(0)) });
      session.close();
    });
  });

  it('works where each chunk has to be asked for, as far as the stream buffers', async () => {
    const response = { once: () => {} };
    const chunks = [randomBytes(1000), randomBytes(2000), randomBytes(3000)];
    const expected = Buffer.concat(chunks);
    const stream = new Readable({
      read() {
        setImmediate(() => this.push(chunks.shift() ?? null));
      },
    });
    const tap = tapBody(stream, { bodyBytes: BODY_BYTES }, response);
    await readBodyAhead(tap, { limitBytes: BODY_BYTES, timeoutMs: 1000, timers: NEVER });
    expect(tap.complete).toBe(true);
    expect(tap.seen().bytes.equals(expected)).toBe(true);
    expect((await buffer(stream)).equals(expected)).toBe(true);
    const endless = new Readable({
      read() {
        setImmediate(() => this.push(Buffer.alloc(1000)));
      },
    });
    const other = tapBody(endless, { bodyBytes: BODY_BYTES }, response);
    await readBodyAhead(other, { limitBytes: BODY_BYTES, timeoutMs: 1000, timers: NEVER });
    expect(other.totalBytes).toBeGreaterThanOrEqual(endless.readableHighWaterMark);
    endless.destroy();
  });

  it('works where a serverless adapter pushes the whole body at the first read', async () => {
    await serving(
      async (req, res) => {
        // What such adapters build: a complete message whose body comes from its own _read.
        Object.assign(req, {
          complete: true,
          _read: () => {
            req.push('hello');
            req.push(null);
          },
        });
        req.headers['content-length'] = '5';
        const tap = await guard(req, res);
        expect(tap.seen().bytes.toString()).toBe('hello');
        await answer(req, res, buffer);
      },
      async (port) => {
        const [text = ''] = await exchange(port, { pieces: [Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n')] });
        expect(JSON.parse(text)).toEqual({ digest: digest(Buffer.from('hello')), ends: 1 });
      },
    );
  });
});

class ManualTimers implements Timers {
  readonly started: Promise<void>;
  #start: () => void = () => {};
  readonly #callbacks = new Set<() => void>();

  constructor() {
    this.started = new Promise((resolve) => {
      this.#start = resolve;
    });
  }

  get pending(): number {
    return this.#callbacks.size;
  }

  after(_ms: number, callback: () => void): () => void {
    this.#callbacks.add(callback);
    this.#start();
    return () => this.#callbacks.delete(callback);
  }

  fire(): void {
    for (const callback of this.#callbacks) callback();
  }
}
