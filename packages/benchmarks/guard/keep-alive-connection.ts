import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const HEAD_END = '\r\n\r\n';
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/** A connection that sends one request after another, written beforehand: so little work that the server is what is measured. */
export class KeepAliveConnection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #answered: ((status: number) => void) | null = null;
  #failed: ((error: Error) => void) | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (piece) => this.#receive(piece));
    socket.on('error', (error) => this.#failed?.(error));
    socket.on('close', () => this.#failed?.(new Error('the server closed the connection')));
  }

  /** @param localAddress - of the client: one of those that loopback has, on Linux all of 127.0.0.0/8 */
  static async open(port: number, localAddress = '127.0.0.1'): Promise<KeepAliveConnection> {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    await once(socket, 'connect');
    return new KeepAliveConnection(socket);
  }

  /** @returns the status of the answer, once all of it is there */
  send(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      this.#socket.write(request);
    });
  }

  /** As over a line that carries so many bytes in a millisecond. */
  async sendSlowly(request: Buffer, bytesPerMs: number): Promise<number> {
    const answer = this.send(request.subarray(0, bytesPerMs));
    // It may fail before it is waited for.
    answer.catch(() => {});
    const startedMs = performance.now();
    for (let sent = bytesPerMs; sent < request.length; ) {
      await wait(1);
      const due = Math.max(sent, Math.floor((performance.now() - startedMs) * bytesPerMs));
      if (!this.#socket.write(request.subarray(sent, due))) await once(this.#socket, 'drain');
      sent = due;
    }
    return answer;
  }

  close(): void {
    this.#failed = null;
    this.#socket.destroy();
  }

  #receive(piece: Buffer): void {
    this.#received = this.#received.length === 0 ? piece : Buffer.concat([this.#received, piece]);
    const headBytes = this.#received.indexOf(HEAD_END);
    if (headBytes === -1) return;
    const head = this.#received.toString('latin1', 0, headBytes).toLowerCase();
    const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
    const isWhole =
      length === undefined
        ? this.#received.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)
        : this.#received.length >= headBytes + HEAD_END.length + Number(length);
    if (!isWhole) return;
    this.#received = Buffer.alloc(0);
    this.#answered?.(Number(head.slice(9, 12)));
  }
}
