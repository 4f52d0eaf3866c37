import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Link } from './link.js';
import { Random } from './random.js';

/** Bytes that one direction holds back before it stops reading: small, so that a slow reader is felt by the server. */
const HELD_BYTES = 32_768;

/** Least time after which Linux sends a segment again that was not acknowledged, ms. */
const MIN_RETRANSMIT_MS = 200;

/**
 * Stands for the network between one client and the server. Listens on a loopback port of its own and connects to the
 * server from an address of its own: that address is the client's label.
 */
export class Relay {
  readonly #server: Server;
  readonly #sockets: Set<Socket> = new Set();
  readonly #link: Link;
  readonly #random: Random;
  readonly #target: { readonly port: number; readonly localAddress: string };

  constructor(target: { port: number; localAddress: string }, link: Link, seed: number) {
    this.#target = target;
    this.#link = link;
    this.#random = new Random(seed);
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) =>
      this.#accept(socket),
    );
    this.#server.on('error', () => undefined);
  }

  /** @returns The port that the client connects to. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', 1024, resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(inbound: Socket): void {
    this.#track(inbound);
    const { delayMs, jitterMs } = this.#link;
    if (delayMs === 0) {
      this.#connect(inbound);
      return;
    }
    // The server sees a connection when the client's last packet of the handshake arrives.
    setTimeout(() => this.#connect(inbound), delayMs + this.#random.next() * jitterMs);
  }

  #connect(inbound: Socket): void {
    if (inbound.destroyed) return;
    const outbound = connect({ host: '127.0.0.1', ...this.#target, allowHalfOpen: true, noDelay: true });
    this.#track(outbound);
    outbound.once('connect', () => {
      // What the client sent meanwhile arrives right behind its handshake, unless the link is slow to start.
      const start = (): void => {
        this.#carry(inbound, outbound, 0);
        this.#carry(outbound, inbound, this.#link.delayMs);
      };
      if (this.#link.startMs > 0) setTimeout(start, this.#link.startMs);
      else start();
    });
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }

  /** Carries one direction, in order; the first chunk is delayed by `firstMs`. */
  #carry(from: Socket, to: Socket, firstMs: number): void {
    const { delayMs, jitterMs, bytesPerSecond, chunkBytes, lossShare } = this.#link;
    let readyAt = 0;
    let waitMs = firstMs;
    let held = 0;
    let paused = false;
    const later = (bytes: number, action: () => void): void => {
      if (delayMs === 0 && bytesPerSecond === 0) {
        action();
        return;
      }
      const now = performance.now();
      const sendMs = bytesPerSecond === 0 ? 0 : (bytes / bytesPerSecond) * 1000;
      const lostMs = bytes > 0 && this.#random.chance(lossShare) ? MIN_RETRANSMIT_MS + 2 * delayMs : 0;
      readyAt = Math.max(now + waitMs + lostMs + this.#random.next() * jitterMs, readyAt) + sendMs;
      waitMs = delayMs;
      setTimeout(action, readyAt - now);
    };
    const resumeWhenLight = (): void => {
      if (paused && held + to.writableLength < HELD_BYTES) {
        paused = false;
        from.resume();
      }
    };
    from.on('data', (chunk: Buffer) => {
      const step = chunkBytes === 0 ? chunk.length : chunkBytes;
      for (let start = 0; start < chunk.length; start += step) {
        const part = chunk.subarray(start, start + step);
        held += part.length;
        later(part.length, () => {
          held -= part.length;
          if (!to.destroyed && !to.writableEnded) to.write(part);
          resumeWhenLight();
        });
      }
      if (held + to.writableLength >= HELD_BYTES) {
        paused = true;
        from.pause();
      }
    });
    to.on('drain', resumeWhenLight);
    from.on('end', () => later(0, () => to.end()));
    from.on('close', (hadError) =>
      later(0, () => {
        if (hadError) to.resetAndDestroy();
        else if (!to.writableEnded) to.end();
      }),
    );
    from.resume();
  }
}
