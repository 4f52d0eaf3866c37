import { Agent, type IncomingHttpHeaders, request } from 'node:http';

/** One request, as a client kind wants it sent. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** What came back. `status` 0: no answer (refused, reset, timed out or the session ended). */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** At most the first 256 kB. */
  readonly text: string;
  readonly bytes: number;
}

export interface HttpClientOptions {
  readonly port: number;
  readonly signal: AbortSignal;
  readonly keepAlive: boolean;
  /** Most connections at a time. */
  readonly connections?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

const NO_REPLY: Reply = { status: 0, headers: {}, text: '', bytes: 0 };
const KEPT_BYTES = 262_144;

/** A small HTTP client on Node's agent; it never throws for what the network does. */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #agent: Agent;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#agent = new Agent({ keepAlive: options.keepAlive, maxSockets: options.connections ?? 6, scheduling: 'fifo' });
    options.signal.addEventListener('abort', () => this.close(), { once: true });
  }

  send(call: Call): Promise<Reply> {
    if (this.#options.signal.aborted) return Promise.resolve(NO_REPLY);
    return new Promise((resolve) => {
      const length = call.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(call.body)) };
      const outgoing = request({
        host: '127.0.0.1',
        port: this.#options.port,
        method: call.method,
        path: call.path,
        agent: this.#agent,
        headers: { ...this.#options.headers, ...call.headers, ...length },
        timeout: this.#options.timeoutMs ?? 30_000,
      });
      outgoing.on('timeout', () => outgoing.destroy());
      outgoing.on('error', () => resolve(NO_REPLY));
      outgoing.on('response', (incoming) => {
        const kept: Buffer[] = [];
        let bytes = 0;
        incoming.on('data', (chunk: Buffer) => {
          if (bytes < KEPT_BYTES) kept.push(chunk);
          bytes += chunk.length;
        });
        incoming.on('error', () => resolve(NO_REPLY));
        incoming.on('close', () => {
          const text = Buffer.concat(kept).toString('utf8');
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, bytes });
        });
      });
      outgoing.end(call.body);
    });
  }

  /** Ends every connection, also those with a request under way. */
  close(): void {
    this.#agent.destroy();
  }
}

/** A call with a JSON body. */
export function jsonCall(method: string, path: string, body: unknown, headers: Record<string, string> = {}): Call {
  return { method, path, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** A call with a form body. */
export function formCall(path: string, fields: Readonly<Record<string, string>>): Call {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { method: 'POST', path, headers, body: new URLSearchParams(fields).toString() };
}

export function get(path: string, headers: Record<string, string> = {}): Call {
  return { method: 'GET', path, headers };
}
