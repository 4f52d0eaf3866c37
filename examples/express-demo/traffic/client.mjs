import { Agent, request as httpRequest } from 'node:http';
import { createServer } from 'node:net';

/** One client with an address and connections of its own. */
export class Client {
  /**
   * @param port - where the API listens, on 127.0.0.1
   * @param address - the loopback address to send from, e.g. `127.0.0.21`
   * @param own - whether this machine lets us send from it; otherwise the address goes into a header
   */
  constructor(port, address, own, connections = 1) {
    this.port = port;
    this.headers = own ? {} : { 'x-demo-client': address };
    this.agent = new Agent({ keepAlive: true, maxSockets: connections, ...(own && { localAddress: address }) });
  }

  /**
   * Sends one request and reads the answer.
   *
   * @param sent - `{ method, path, headers, body }`; an object as body is sent as JSON
   * @returns the status, 0 when there was no answer, and the milliseconds it took
   */
  send({ method, path, headers, body }) {
    const isJson = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
    const bytes = isJson ? JSON.stringify(body) : body;
    const startedMs = performance.now();
    return new Promise((resolve) => {
      const done = (status) => resolve({ status, ms: performance.now() - startedMs });
      const request = httpRequest({
        host: '127.0.0.1',
        port: this.port,
        method: method ?? (bytes === undefined ? 'GET' : 'POST'),
        path,
        agent: this.agent,
        headers: {
          ...this.headers,
          ...(isJson && { 'content-type': 'application/json' }),
          ...(bytes !== undefined && { 'content-length': Buffer.byteLength(bytes) }),
          ...headers,
        },
      });
      request.on('response', (response) => {
        response.on('end', () => done(response.statusCode)).on('error', () => done(0));
        response.resume();
      });
      request.on('error', () => done(0));
      request.end(bytes);
    });
  }

  close() {
    this.agent.destroy();
  }
}

/** Whether this machine has all of 127.0.0.0/8, as Linux and Windows do and macOS does not. */
export function hasManyLoopbackAddresses() {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(0, '127.0.0.2', () => server.close(() => resolve(true)));
  });
}
