import { once } from 'node:events';
import { type Agent, type ClientRequest, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { within } from './within.js';

/** A request as a client sends it. */
export interface Sent {
  readonly method?: string;
  /** Path and query as on the wire. @defaultValue '/' */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Bytes of the body that leave at once. @defaultValue all of them */
  readonly pieceBytes?: number;
  /** Sends the body without a content length. @defaultValue false */
  readonly chunked?: boolean;
  /** Keeps the connection for the next request. @defaultValue a connection of its own */
  readonly agent?: Agent;
}

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/**
 * Sends a request to this machine over a real socket; one with `expect: 100-continue` waits to be asked for its body. Rejects
 * when the connection breaks before the answer is complete.
 */
export function send(port: number, sent: Sent): Promise<Reply> {
  return within(`the answer to ${sent.method ?? 'GET'} ${sent.path ?? '/'}`, exchange(port, sent));
}

async function exchange(port: number, sent: Sent): Promise<Reply> {
  const { method = 'GET', path = '/', headers = {}, agent = false, chunked = false } = sent;
  const body = Buffer.from(sent.body ?? '');
  const framing: Record<string, string> = {};
  if (chunked) framing['transfer-encoding'] = 'chunked';
  else if (sent.body !== undefined) framing['content-length'] = String(body.length);
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    method,
    path,
    agent,
    headers: { host: 'app.test', ...headers, ...framing },
  });
  const reply = replyTo(request);
  // The answer may come, or the connection break, while the body is still leaving.
  reply.catch(() => {});
  if (headers.expect !== undefined) {
    request.flushHeaders();
    const asked = once(request, 'continue').then(() => true);
    // Whoever has an answer has nothing more to send.
    if (!(await Promise.race([asked, reply.then(() => false)]))) return reply;
  }
  for (const piece of split(body, sent.pieceBytes ?? body.length)) {
    await new Promise((sentPiece) => request.write(piece, sentPiece));
    await turn();
  }
  request.end();
  return reply;
}

function replyTo(request: ClientRequest): Promise<Reply> {
  return new Promise<Reply>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(pieces).toString(),
        }),
      );
    });
  });
}

/**
 * Writes pieces one by one, each in a packet of its own as far as the machine lets it, and reads until the server closes.
 *
 * @returns everything that came back, one character a byte
 */
export function sendRaw(port: number, pieces: Iterable<string | Buffer>): Promise<string> {
  const answer = new Promise<string>((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (piece) => {
      text += piece;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    void (async () => {
      for (const piece of pieces) {
        if (socket.destroyed) return;
        await new Promise((written) => socket.write(piece, written));
        await turn();
      }
    })();
  });
  return within('the server to close a connection', answer);
}

/** Sends the beginning of a request and goes away as soon as `seen` says that the server has it. */
export function sendAndHangUp(
  port: number,
  beginning: string,
  seen: Promise<unknown>,
  leave: (socket: Socket) => void = (socket) => socket.destroy(),
): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('close', () => resolve());
    socket.on('error', () => {});
    socket.resume();
    socket.write(beginning);
    void seen.then(() => leave(socket));
  });
  return within('a connection to be closed', gone);
}

/** Cuts bytes into pieces; none for no bytes. */
function* split(bytes: Buffer, size: number): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
