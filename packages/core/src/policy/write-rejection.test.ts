import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect, type Server } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createRejection } from './rejection.js';
import { type AnswerableResponse, prepareRejection, writeRejection } from './write-rejection.js';

const REJECTION = createRejection({
  assessmentId: '01890a5d-ac96-774b-bcce-b302099a8057',
  request: { path: '/', headers: [] },
  code: 'API_SECURITY_REQUEST_REJECTED',
});

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

/** Sends bytes and gives everything that comes back until the server or the answer ends. */
async function answered(listener: RequestListener, bytes: string): Promise<string> {
  return listening(createServer(listener), async (port) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(bytes);
    return (await buffer(socket)).toString();
  });
}

const GET = 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';

describe('writeRejection', () => {
  it('writes status, headers and body', async () => {
    const written: boolean[] = [];
    const text = await answered((_req, res) => {
      written.push(writeRejection(res, REJECTION));
    }, GET);
    expect(written).toEqual([true]);
    expect(text).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    expect(text).toContain('content-type: application/problem+json\r\n');
    expect(text.split('\r\n\r\n')[1]).toBe(REJECTION.body);
  });

  it('keeps the connection for the next request', async () => {
    let handled = 0;
    const text = await answered((req, res) => {
      handled += 1;
      req.resume();
      req.on('end', () => writeRejection(res, REJECTION));
    }, `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc${GET}`);
    expect(handled).toBe(2);
    expect(text.split(REJECTION.body)).toHaveLength(3);
  });

  it('closes the connection of a client that is still sending, after it got its answer', async () => {
    const text = await answered((_req, res) => {
      writeRejection(res, REJECTION);
    }, 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\nabc');
    expect(text).toContain('connection: close\r\n');
    expect(text.split('\r\n\r\n')[1]).toBe(REJECTION.body);
  });

  it('answers HEAD without a body', async () => {
    const text = await answered(
      (_req, res) => {
        writeRejection(res, REJECTION);
      },
      GET.replace('GET', 'HEAD'),
    );
    expect(text).toContain(`content-length: ${Buffer.byteLength(REJECTION.body)}\r\n`);
    expect(text.endsWith('\r\n\r\n')).toBe(true);
  });

  it('drops what earlier middleware said of another body, and keeps its other headers', async () => {
    const text = await answered((_req, res) => {
      res.setHeader('content-encoding', 'gzip');
      res.setHeader('etag', '"a"');
      res.setHeader('content-type', 'image/png');
      res.setHeader('x-request-id', '7');
      writeRejection(res, REJECTION);
    }, GET);
    expect(text).not.toMatch(/content-encoding|etag|image\/png/);
    expect(text).toContain('x-request-id: 7\r\n');
  });

  it('writes once', async () => {
    const written: boolean[] = [];
    const text = await answered((_req, res) => {
      written.push(writeRejection(res, REJECTION), writeRejection(res, REJECTION));
    }, GET);
    expect(written).toEqual([true, false]);
    expect(text.split(REJECTION.body)).toHaveLength(2);
  });

  it('leaves an answer alone that has begun', async () => {
    const written: boolean[] = [];
    const text = await answered((_req, res) => {
      res.write('half ');
      written.push(writeRejection(res, REJECTION));
      res.end('whole');
    }, GET);
    expect(written).toEqual([false]);
    expect(text).toMatch(/^HTTP\/1\.1 200/);
    expect(text).not.toContain('API_SECURITY');
  });

  it('does nothing when the client has gone', async () => {
    const written = await new Promise<boolean>((resolve, reject) => {
      const server = createServer((req, res) => {
        res.on('error', reject);
        req.socket.on('close', () => {
          turn().then(() => resolve(writeRejection(res, REJECTION)), reject);
        });
      });
      listening(server, async (port) => {
        const socket = connect(port, '127.0.0.1');
        socket.write(GET);
        await once(server, 'request');
        socket.destroy();
        await once(socket, 'close');
        for (let i = 0; i < 20; i++) await turn();
      }).catch(reject);
    });
    expect(written).toBe(false);
  });

  it('works when the body was read to its end before', async () => {
    const text = await answered((req, res) => {
      buffer(req)
        .then(() => turn())
        .then(
          () => writeRejection(res, REJECTION),
          () => res.destroy(),
        );
    }, `POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 3\r\n\r\nabc`);
    expect(text).toMatch(/^HTTP\/1\.1 403/);
  });

  it('works over HTTP/2, also while the client is still sending', async () => {
    const server = createHttp2Server((_req, res) => {
      writeRejection(res, REJECTION);
    });
    await listening(server as unknown as Server, async (port) => {
      const session = connectHttp2(`http://127.0.0.1:${port}`);
      for (const method of ['GET', 'POST']) {
        const stream = session.request({ ':method': method, ':path': '/' });
        const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
        expect(headers).toMatchObject({ ':status': 403, 'content-type': 'application/problem+json' });
        expect((await buffer(stream)).toString()).toBe(REJECTION.body);
        stream.close();
      }
      session.close();
    });
  });

  it('never throws', () => {
    const broken = {
      headersSent: false,
      writableEnded: false,
      req: { method: 'GET', httpVersionMajor: 1, complete: true },
      removeHeader() {
        throw new Error('planted');
      },
    } as unknown as AnswerableResponse;
    expect(writeRejection(broken, REJECTION)).toBe(false);
    expect(writeRejection({} as AnswerableResponse, REJECTION)).toBe(false);
  });
});

describe('prepareRejection', () => {
  it('leaves only the body to send, and nothing of what another body said', async () => {
    const prepared: boolean[] = [];
    const text = await answered((_req, res) => {
      res.setHeader('content-encoding', 'gzip');
      prepared.push(prepareRejection(res, REJECTION));
      prepared.push(res.headersSent);
      res.end(REJECTION.body);
    }, GET);
    expect(prepared).toEqual([true, false]);
    expect(text).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    expect(text).toContain(`content-length: ${Buffer.byteLength(REJECTION.body)}\r\n`);
    expect(text).not.toContain('content-encoding');
    expect(text.split('\r\n\r\n')[1]).toBe(REJECTION.body);
  });

  it('changes nothing of an answer that has begun', async () => {
    const prepared: boolean[] = [];
    const text = await answered((_req, res) => {
      res.write('half ');
      prepared.push(prepareRejection(res, REJECTION));
      res.end('whole');
    }, GET);
    expect(prepared).toEqual([false]);
    expect(text).toMatch(/^HTTP\/1\.1 200/);
  });

  it('never throws', () => {
    expect(prepareRejection({} as AnswerableResponse, REJECTION)).toBe(false);
  });
});
