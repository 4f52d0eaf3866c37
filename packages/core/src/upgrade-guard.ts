import { EventEmitter } from 'node:events';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Verdict } from './api-security.js';
import type { MeteredServer } from './flow/metered-socket.js';
import type { Rejection } from './policy/rejection.js';
import type { AnsweringResponse } from './visit.js';

/** Watches a handshake as any other request. */
type Watch = (request: IncomingMessage, response: AnsweringResponse) => Promise<Verdict> | null;

/** A server whose handshakes can be held. */
interface UpgradingServer extends MeteredServer {
  emit?(event: string, ...given: unknown[]): boolean;
}

/**
 * Watches WebSocket handshakes, which Node hands to `upgrade` listeners past every middleware. In block mode a handshake is
 * held until its verdict, so it stands around the server's `emit`: a listener could only look on.
 *
 * @returns takes it back; handshakes under way are finished
 */
export function guardUpgrades(server: UpgradingServer, watch: Watch): () => void {
  const inherited = server.emit;
  if (typeof inherited !== 'function') return () => {};
  let on = true;
  const emit = (event: string, ...given: unknown[]): boolean => {
    const pass = (): boolean => inherited.call(server, event, ...given);
    if (!on || event !== 'upgrade') return pass();
    const [request, socket] = given as [IncomingMessage, Duplex];
    const handshake = new Handshake();
    const held = watch(request, handshake);
    if (held === null) {
      handshake.over(SWITCHING_PROTOCOLS);
      return pass();
    }
    // Nobody else listens yet, and a client that resets its connection must not end the process.
    const ignore = (): void => {};
    socket.on('error', ignore);
    void held.then((verdict) => {
      if (verdict.action === 'reject') {
        socket.end(rawAnswer(verdict.rejection));
        handshake.over(verdict.rejection.status);
      } else if (verdict.action === 'continue' && !socket.destroyed) {
        socket.off('error', ignore);
        handshake.over(SWITCHING_PROTOCOLS);
        pass();
      } else {
        handshake.over(0);
        socket.destroy();
      }
    });
    return true;
  };
  server.emit = emit;
  return () => {
    on = false;
    // Somebody may have put themselves around us since: then it stays, and only passes on.
    if (server.emit !== emit) return;
    if (inherited === Object.getPrototypeOf(server).emit) Reflect.deleteProperty(server, 'emit');
    else server.emit = inherited;
  };
}

/** What the application answers is written to the socket by its own hand; by default it accepts. */
const SWITCHING_PROTOCOLS = 101;

/** Stands for the response of a handshake: its step is complete when the socket changes hands. */
class Handshake extends EventEmitter implements AnsweringResponse {
  headersSent = false;
  statusCode = 0;

  over(status: number): void {
    this.headersSent = status > 0;
    this.statusCode = status;
    this.emit('finish');
    this.emit('close');
  }
}

function rawAnswer({ status, headers, body }: Rejection): string {
  const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' });
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Rejected'}`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ].join('\r\n');
}
