import { KeepAliveConnection } from './keep-alive-connection.js';

/** Clients of one server: so many that none of them looks like a flood, however fast the benchmark goes. */
const CLIENTS = 200;
/** Requests of each before the first that counts: as many as the sequence model reads; of long ones, which cost far more than that, one. */
const STEPS = 16;
const LONG_BYTES = 10_000;

/** A connection of each of many clients, with an address of its own, who take turns one request after the other. */
export class Clients {
  readonly #connections: readonly KeepAliveConnection[];
  #turn = 0;

  private constructor(connections: readonly KeepAliveConnection[]) {
    this.#connections = connections;
  }

  static async open(port: number): Promise<Clients> {
    const addresses = Array.from({ length: CLIENTS }, (_, i) => `127.0.1.${i + 1}`);
    return new Clients(await Promise.all(addresses.map((address) => KeepAliveConnection.open(port, address))));
  }

  /** Lets the server know each of them. */
  async become(known: readonly Buffer[]): Promise<void> {
    const isLong = (known[0]?.length ?? 0) > LONG_BYTES;
    for (let i = 0; i < CLIENTS * (isLong ? 1 : STEPS); i++) await this.send(known[i % known.length] as Buffer);
  }

  /** By the next one. @returns the status of the answer */
  send(request: Buffer): Promise<number> {
    const connection = this.#connections[this.#turn++ % CLIENTS] as KeepAliveConnection;
    return connection.send(request);
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }
}
