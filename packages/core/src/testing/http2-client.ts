import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { buffer } from 'node:stream/consumers';
import type { Reply, Sent } from './http-client.js';
import { within } from './within.js';

/** One connection over HTTP/2, without TLS, to this machine. */
export class Http2Client {
  readonly #session: ClientHttp2Session;

  constructor(port: number) {
    this.#session = connect(`http://127.0.0.1:${port}`);
    this.#session.on('error', () => {});
  }

  /** Sends a request on a stream of its own. Rejects when the stream breaks before the answer is complete. */
  send({ method = 'GET', path = '/', headers = {}, body }: Sent): Promise<Reply> {
    const stream = this.#session.request(
      { ...headers, ':method': method, ':path': path, ':authority': 'app.test' },
      { endStream: body === undefined },
    );
    const answer = new Promise<IncomingHttpHeaders & { ':status'?: number }>((resolve, reject) => {
      stream.on('response', resolve);
      stream.on('error', reject);
    });
    if (body !== undefined) stream.end(body);
    const reply = Promise.all([answer, buffer(stream)]).then(([{ ':status': status = 0, ...others }, bytes]) => ({
      status,
      headers: others,
      text: bytes.toString(),
    }));
    return within(`the answer to ${method} ${path}`, reply);
  }

  /** Sends the beginning of a body and cancels the stream as soon as `seen` says that the server has the request. */
  sendAndCancel({ method = 'POST', path = '/', headers = {}, body = '' }: Sent, seen: Promise<unknown>): Promise<void> {
    const stream = this.#session.request({ ...headers, ':method': method, ':path': path, ':authority': 'app.test' });
    const gone = new Promise<void>((resolve) => {
      stream.on('close', resolve);
      stream.on('error', () => {});
    });
    stream.write(body);
    void seen.then(() => stream.close(constants.NGHTTP2_CANCEL));
    return within('a stream to be cancelled', gone);
  }

  /** At once, whatever is under way. */
  close(): Promise<void> {
    return new Promise((closed) => {
      this.#session.once('close', () => closed());
      this.#session.destroy();
    });
  }
}
