import { connect, type Socket } from 'node:net';
import { pause, type Session } from './session.js';

/** A bare TCP connection, for clients whose bytes matter more than their HTTP. */
export class RawClient {
  readonly #socket: Socket;
  #ended = false;
  received = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#ended = true;
    });
    socket.on('end', () => {
      this.#ended = true;
    });
  }

  /** Resolves when connected, or when that failed (then `ended` is true). */
  static open(session: Session): Promise<RawClient> {
    const socket = connect({ port: session.port, host: '127.0.0.1', noDelay: true });
    const client = new RawClient(socket);
    session.signal.addEventListener('abort', () => socket.destroy(), { once: true });
    return new Promise((resolve) => {
      socket.once('connect', () => resolve(client));
      socket.once('close', () => resolve(client));
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  send(data: string | Buffer): void {
    if (!this.#ended) this.#socket.write(data);
  }

  /** Sends `data` in pieces of `pieceBytes` with `gapMs` between them. */
  async trickle(session: Session, data: Buffer, pieceBytes: number, gapMs: () => number): Promise<void> {
    for (let at = 0; at < data.length && !this.#ended && !session.signal.aborted; at += pieceBytes) {
      this.send(data.subarray(at, at + pieceBytes));
      await pause(session, gapMs());
    }
  }

  /** Reads and forgets whatever comes. */
  drain(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.received += chunk.length;
    });
  }

  /** Reads about `bytes` each `everyMs` until the other side ends or the session is over. */
  async sip(session: Session, bytes: number, everyMs: () => number): Promise<void> {
    this.#socket.pause();
    while (!this.#ended && !session.signal.aborted) {
      const chunk: Buffer | null = this.#socket.read(Math.max(1, Math.min(bytes, this.#socket.readableLength)));
      if (chunk !== null) this.received += chunk.length;
      await pause(session, everyMs());
    }
  }

  close(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }
}
