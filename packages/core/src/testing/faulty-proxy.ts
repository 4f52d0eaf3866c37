import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * How a server is away. `refused`: nobody listens. `reset`: connections are accepted and reset. `black-holed`: accepted, and never
 * answered. `slow`: each piece comes later.
 */
export type Fault = 'refused' | 'reset' | 'black-holed' | 'slow';

/** Longer than any store may wait, in ms. */
const SLOW_MS = 2_000;

/** A TCP proxy in front of a real server that can go away in the ways in which servers do, and come back. */
export class FaultyProxy {
  readonly #target: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #slowMs: number;
  #fault: Fault | null = null;
  #port = 0;

  /**
   * @param target - port of the server on this machine
   * @param options - `slowMs`: how much later pieces come while it is slow. @defaultValue 2,000
   */
  constructor(target: number, { slowMs = SLOW_MS }: { readonly slowMs?: number } = {}) {
    this.#target = target;
    this.#slowMs = slowMs;
    this.#server = createServer((client) => this.#accept(client));
  }

  /** The same after each fault. */
  get port(): number {
    return this.#port;
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#sockets.size / 2;
  }

  async listen(): Promise<this> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** Lets a fault begin; connections that are open have it at once. */
  async begin(fault: Fault): Promise<void> {
    await this.end();
    this.#fault = fault;
    if (fault === 'refused') await this.#stop();
    else if (fault === 'reset') this.#reset();
    else if (fault === 'black-holed') for (const socket of this.#sockets) socket.pause();
  }

  /** What was swallowed by a black hole is lost: its connections are reset. */
  async end(): Promise<void> {
    const fault = this.#fault;
    this.#fault = null;
    if (fault === 'black-holed') this.#reset();
    if (fault === 'refused') await this.listen();
  }

  /** Resets the connections that are open, once. */
  drop(): void {
    this.#reset();
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.#stop();
    else this.#reset();
  }

  #accept(client: Socket): void {
    if (this.#fault === 'reset') {
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.#target, '127.0.0.1');
    this.#forward(client, server);
    this.#forward(server, client);
    if (this.#fault === 'black-holed') for (const socket of [client, server]) socket.pause();
  }

  #forward(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on('data', (piece) => {
      if (this.#fault === 'slow') setTimeout(() => to.write(piece), this.#slowMs).unref();
      else to.write(piece);
    });
    from.on('error', () => {});
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }

  #reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async #stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#reset();
    await closed;
  }
}
