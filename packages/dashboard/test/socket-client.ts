import { Agent, request } from 'node:http';

/** A request as it goes over the wire: nothing of its path is put right. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface WireAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

export interface SocketClient {
  /** Requests that were answered. */
  readonly answered: number;
  send(wire: WireRequest): Promise<WireAnswer>;
  close(): void;
}

/** Sends requests to a server one by one. Of a stream, it takes the beginning. */
export function socketClient(url: string): SocketClient {
  const agent = new Agent({ keepAlive: true });
  let answered = 0;
  return {
    get answered() {
      return answered;
    },
    send: ({ method, path, headers = {}, body }) =>
      new Promise((resolve, reject) => {
        const { hostname, port } = new URL(url);
        const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
        const sent = request(
          { agent, hostname, port, method, path, headers: { ...headers, ...length } },
          (response) => {
            const { statusCode: status = 0, headers: given } = response;
            const type = String(given['content-type'] ?? '').split(';')[0] as string;
            const pieces: Buffer[] = [];
            const done = (): void => {
              answered += 1;
              resolve({ status, type, text: Buffer.concat(pieces).toString() });
            };
            response.on('error', reject).on('end', done);
            response.on('data', (piece: Buffer) => {
              pieces.push(piece);
              if (type !== 'text/event-stream') return;
              response.removeAllListeners();
              response.on('error', () => undefined);
              sent.destroy();
              done();
            });
          },
        );
        sent.on('error', reject);
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}
