import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '@api-security/core';
import { WebSocketServer } from 'ws';
import { type Authorize, actorOf } from './actor.js';
import type { Live } from './live.js';
import { trimmed } from './mount-path.js';
import { isOwnPage } from './own-page.js';
import { Problem, problemOf } from './problem.js';
import { webSocketStream } from './websocket-stream.js';

type OnUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** A server of `node:http` or `node:https`, or what a framework makes of one. */
export interface UpgradingServer {
  on(event: 'upgrade', listener: OnUpgrade): unknown;
  off(event: 'upgrade', listener: OnUpgrade): unknown;
}

/** Live updates over WebSockets, which Node hands over past every middleware. */
export class WebSockets {
  readonly #live: Live;
  readonly #authorize: Authorize;
  readonly #logger: Logger;
  // Pings are answered by the stream; nothing is compressed, since that costs memory for every socket.
  readonly #handshakes = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: 1_024,
    autoPong: false,
  });
  readonly #attached = new Set<() => void>();
  /** A server that was attached twice tells of every handshake twice. */
  readonly #taken = new WeakSet<Duplex>();

  constructor(live: Live, authorize: Authorize, logger: Logger) {
    this.#live = live;
    this.#authorize = authorize;
    this.#logger = logger;
  }

  /**
   * Takes the handshakes of `<path>/api/events`, and leaves all others to others.
   *
   * @returns takes it back; streams that are open stay
   */
  attach(server: UpgradingServer, path: string): () => void {
    const own = `${trimmed(path)}/api/events`;
    const onUpgrade: OnUpgrade = (request, socket, head) => {
      const [asked, query] = (request.url ?? '').split('?', 2);
      if (asked !== own || this.#taken.has(socket)) return;
      this.#taken.add(socket);
      void this.#accept(request, socket, head, new URLSearchParams(query).get('lastEventId'));
    };
    server.on('upgrade', onUpgrade);
    const detach = (): void => {
      server.off('upgrade', onUpgrade);
      this.#attached.delete(detach);
    };
    this.#attached.add(detach);
    return detach;
  }

  close(): void {
    for (const detach of this.#attached) detach();
  }

  async #accept(request: IncomingMessage, socket: Duplex, head: Buffer, lastEventId: string | null): Promise<void> {
    // Nobody else listens yet, and a client that resets its connection must not end the process.
    const ignore = (): void => {};
    socket.on('error', ignore);
    try {
      // Browsers send cookies along with handshakes that pages of other sites begin, and let those read what comes.
      if (!isOwnPage(request.headers)) {
        throw new Problem(403, 'API_SECURITY_CROSS_SITE', 'Live updates are for pages of the dashboard itself.');
      }
      const actor = await actorOf(request, this.#authorize);
      if (actor === null) throw new Problem(401, 'API_SECURITY_UNAUTHORIZED', 'Nobody is logged in who may see this.');
      if (!actor.can.includes('read')) {
        throw new Problem(403, 'API_SECURITY_FORBIDDEN', 'This needs the right to read.');
      }
      this.#live.admit();
      this.#handshakes.handleUpgrade(request, socket, head, (webSocket) => {
        webSocketStream(this.#live, actor, lastEventId, webSocket);
      });
      socket.off('error', ignore);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status === 500) this.#logger.error({ error: String(error) }, 'dashboard failed');
      refuse(socket, problem);
    }
  }
}

/** Answers a handshake as a request is answered that has no response. */
function refuse(socket: Duplex, problem: Problem): void {
  const body = JSON.stringify(problem);
  socket.once('finish', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      'connection: close',
      'cache-control: no-store',
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}
