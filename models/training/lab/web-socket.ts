import { createHash, randomBytes } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { pause, type Session } from './session.js';

/** The constant of RFC 6455 that a server proves its understanding with. */
const HANDSHAKE = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT_FRAME = 0x81;
const CLOSE_FRAME = 0x88;
const MASKED = 0x80;

/** One frame of at most 125 bytes; clients mask theirs. */
function frame(kind: number, text: string, masked: boolean): Buffer {
  const data = Buffer.from(text).subarray(0, 125);
  if (!masked) return Buffer.concat([Buffer.from([kind, data.length]), data]);
  const key = randomBytes(4);
  const hidden = data.map((byte, index) => byte ^ (key[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([kind, MASKED | data.length]), key, hidden]);
}

/** The server's side: takes every offer, answers what comes with an event, and sends one of its own every two seconds. */
export function acceptWebSocket(incoming: IncomingMessage, socket: Duplex): void {
  const key = createHash('sha1').update(`${incoming.headers['sec-websocket-key']}${HANDSHAKE}`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
  );
  const timer = setInterval(() => socket.write(frame(TEXT_FRAME, '{"event":"presence"}', false)), 2000);
  socket.on('data', (chunk: Buffer) => {
    if (chunk[0] === CLOSE_FRAME) socket.end(frame(CLOSE_FRAME, '', false));
    else socket.write(frame(TEXT_FRAME, '{"event":"received"}', false));
  });
  socket.on('close', () => clearInterval(timer));
  socket.on('error', () => socket.destroy());
}

/** The client's side: opens one at `path` and speaks `messages` times, `gapMs` apart. Resolves when it is closed or refused. */
export function useWebSocket(
  session: Session,
  path: string,
  headers: Readonly<Record<string, string>>,
  messages: number,
  gapMs: number,
): Promise<void> {
  return new Promise((resolve) => {
    const opening = request({
      host: '127.0.0.1',
      port: session.port,
      path,
      signal: session.signal,
      headers: {
        ...headers,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
      },
    });
    opening.on('error', () => resolve());
    opening.on('response', (refusal) => {
      refusal.resume();
      resolve();
    });
    opening.on('upgrade', async (_reply, socket) => {
      socket.on('error', () => resolve());
      socket.on('close', () => resolve());
      session.signal.addEventListener('abort', () => socket.destroy(), { once: true });
      socket.resume();
      for (let i = 0; i < messages && !session.signal.aborted && socket.writable; i++) {
        await pause(session, session.random.between(gapMs * 0.4, gapMs * 1.6));
        if (socket.writable) socket.write(frame(TEXT_FRAME, `{"typing":${i}}`, true));
      }
      if (socket.writable) socket.end(frame(CLOSE_FRAME, '', true));
    });
    opening.end();
  });
}
