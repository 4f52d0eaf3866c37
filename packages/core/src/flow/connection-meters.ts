import type { Clock } from '../clock.js';
import { ConnectionMeter, type Stall } from './connection-meter.js';
import type { MeteredServer, MeteredSocket, RequestObserver } from './metered-socket.js';

/** A metered connection, as the callbacks of {@link ConnectionMeters} get it. */
export interface MeteredConnection {
  readonly socket: MeteredSocket;
  readonly meter: ConnectionMeter;
  /** The peer's address as the socket names it; `''` when unknown. */
  readonly address: string;
}

/** A connection that has not finished a request, at a moment when it should be scored. */
export interface StalledConnection extends MeteredConnection, Stall {}

export interface ConnectionMetersOptions {
  readonly clock: Clock;
  /** How often the unfinished connections of attached servers are looked at, in ms. @defaultValue 1000 */
  readonly sweepMs?: number;
  /** How long a request may take before its connection is scored, and every how long after that, in ms. @defaultValue 5000 */
  readonly stallMs?: number;
  /** An unfinished connection is to be scored. Called from the sweep; may throw. */
  readonly onStall: (connection: StalledConnection) => void;
  /** A connection of an attached server was closed; its flow is final. May throw. */
  readonly onClose?: (connection: MeteredConnection) => void;
  /** Gets what a callback threw, or what went wrong in the metering; nothing of it reaches the host. */
  readonly onError?: (error: unknown) => void;
}

/** The meters of all connections: made on first use, or from the first byte for the connections of attached servers. */
export class ConnectionMeters {
  /** On the socket itself: a `WeakMap` would keep both through every collection of young objects. */
  readonly #key = Symbol('api-security meter');
  readonly #options: Required<ConnectionMetersOptions>;

  constructor(options: ConnectionMetersOptions) {
    this.#options = { sweepMs: 1000, stallMs: 5000, onClose: () => {}, onError: () => {}, ...options };
  }

  /**
   * The meter of a connection. One that is not known yet is taken to have been opened now, with what it has carried so far
   * as the first chunk each way. Nothing is attached to its socket.
   */
  of(socket: MeteredSocket): ConnectionMeter {
    const metered = socket as Metered;
    metered[this.#key] ??= new ConnectionMeter(socket, this.#options.clock);
    return metered[this.#key] as ConnectionMeter;
  }

  /**
   * Meters every new connection of a server from its first byte and reports those that do not finish a request.
   * Connections that speak HTTP/2 are left out: their requests are not the connection's. Keeps no process alive.
   *
   * @returns detaches: removes every listener and the timer
   */
  attach(server: MeteredServer): () => void {
    const { sweepMs, stallMs, onStall, onClose } = this.#options;
    const open = new Map<ConnectionMeter, { readonly leave: () => void; readonly onGone: () => void }>();

    const meterConnection = (socket: MeteredSocket): void => {
      const meter = this.of(socket);
      const onEnd = (): void => this.#guard(() => meter.sample());
      const leave = (): void => {
        open.delete(meter);
        socket.off('end', onEnd);
        socket.off('close', onGone);
      };
      const onGone = (): void => {
        leave();
        this.#guard(() => {
          meter.sample();
          if (meter.flow.closed) onClose({ socket, meter, address: meter.address });
        });
      };
      socket.on('end', onEnd);
      socket.on('close', onGone);
      open.set(meter, { leave, onGone });
    };

    const sweep = (): void => {
      for (const [meter, { onGone }] of open) {
        this.#guard(() => {
          const stall = meter.stall(stallMs);
          if (stall !== null) onStall({ socket: meter.socket, meter, address: meter.address, ...stall });
          // Left HTTP, or was closed after the host took our listeners away: nothing more will come of it.
          else if (meter.released) onGone();
        });
      }
    };

    const onConnection = (socket: MeteredSocket): void => this.#guard(() => meterConnection(socket));
    // The engine may be mounted under a path: of requests elsewhere nobody else would tell the meter.
    const onRequest: RequestObserver = (request, response) =>
      this.#guard(() => {
        const meter = (request.socket as Metered)[this.#key];
        if (meter === undefined) return;
        meter.requestStarted(request);
        response.once('close', () => this.#guard(() => meter.responseEnded(request)));
      });
    // Only a TLS server has certificates to set; its plain 'connection' sockets carry ciphertext.
    const event = 'setSecureContext' in server ? 'secureConnection' : 'connection';
    server.on(event, onConnection);
    server.on('request', onRequest);
    const timer = setInterval(sweep, sweepMs);
    timer.unref();

    return () => {
      server.off(event, onConnection);
      server.off('request', onRequest);
      clearInterval(timer);
      for (const { leave } of open.values()) leave();
    };
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      try {
        this.#options.onError(error);
      } catch {
        // A reporter that throws has nobody left to report to.
      }
    }
  }
}

type Metered = MeteredSocket & { [key: symbol]: ConnectionMeter | undefined };
