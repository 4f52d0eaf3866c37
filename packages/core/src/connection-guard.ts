import { uuidV7 } from './alert/uuid-v7.js';
import type { ConnectionMeter } from './flow/connection-meter.js';
import { ConnectionMeters, type StalledConnection } from './flow/connection-meters.js';
import type { MeteredServer, MeteredSocket } from './flow/metered-socket.js';
import type { Row } from './inspection.js';
import { canonicalAddress, compileTrust, type Trust } from './observation/client-address.js';
import { addressKey } from './observation/client-keys.js';
import { observeConnection } from './observation/from-connection.js';
import type { ResolvedOptions } from './options.js';
import type { Recorder } from './recorder.js';
import type { Routes } from './routes.js';
import { sequenceKeyOf } from './sequence/sequence-key.js';
import type { Turns } from './turns.js';

/** Meters connections, and assesses those that never get as far as a request. */
export class ConnectionGuard {
  readonly #options: ResolvedOptions;
  readonly #row: Row;
  readonly #turns: Turns;
  readonly #recorder: Recorder;
  readonly #routes: Routes;
  readonly #trust: Trust;
  readonly #nextId: () => string;
  readonly #connections: ConnectionMeters;
  /** Servers to meter, with the way to stop it; null while off. */
  readonly #servers = new Map<MeteredServer, (() => void) | null>();

  constructor(options: ResolvedOptions, row: Row, turns: Turns, recorder: Recorder, routes: Routes) {
    this.#options = options;
    this.#row = row;
    this.#turns = turns;
    this.#recorder = recorder;
    this.#routes = routes;
    this.#trust = compileTrust(options.trustProxy);
    this.#nextId = uuidV7(options.clock);
    this.#connections = new ConnectionMeters({
      clock: options.clock,
      onStall: (stalled) => void this.#assess(stalled).catch((error: unknown) => recorder.failed(error)),
      onError: (error) => recorder.failed(error),
    });
  }

  /** Meters a server's connections from their first byte, while the engine is on. */
  attach(server: MeteredServer, isOn: boolean): () => void {
    if (!this.#servers.has(server)) this.#servers.set(server, isOn ? this.#connections.attach(server) : null);
    return () => {
      this.#servers.get(server)?.();
      this.#servers.delete(server);
    };
  }

  /** Meters the attached servers again. */
  resume(): void {
    for (const [server, detach] of this.#servers) this.#servers.set(server, detach ?? this.#connections.attach(server));
  }

  /** Stops every meter and timer, and remembers the servers. */
  pause(): void {
    for (const [server, detach] of this.#servers) {
      detach?.();
      this.#servers.set(server, null);
    }
  }

  /** The meter of a client's own connection; null where the socket is a proxy's. */
  meterOf(socket: MeteredSocket, address: string): ConnectionMeter | null {
    const meter = this.#connections.of(socket);
    if (canonicalAddress(meter.address) === address) return meter;
    meter.release();
    return null;
  }

  /** A connection that takes its time over a request is assessed by its flow, and the step enters its client's sequence. */
  async #assess({ meter }: StalledConnection): Promise<void> {
    const { clock, ipv6Prefix } = this.#options;
    const address = canonicalAddress(meter.address);
    // The connection of a trusted proxy carries other people's requests.
    if (this.#trust(address, 0)) return;
    const client = { key: addressKey(address, ipv6Prefix), address };
    const features = meter.features();
    const inspection = await this.#turns.inspect({
      id: this.#nextId(),
      kind: 'connection',
      // Node's own time limits end such connections; to close one here on a score would cut off people on slow links.
      mode: 'monitor',
      settings: this.#routes.usual,
      observation: observeConnection(client, clock.now(), clock.monotonicMs()),
      features,
      sequenceKeys: [sequenceKeyOf(null, client.key)],
    });
    if (inspection === null) return;
    this.#recorder.assessed(inspection.assessment);
    this.#recorder.finished(inspection.assessment);
    const response = { status: 0, bytes: 0, durationMs: 0 };
    await this.#row.complete(inspection, { response, features, login: null, sequenceKeys: [] });
  }
}
