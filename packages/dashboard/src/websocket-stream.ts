import type { WebSocket } from 'ws';
import type { Actor } from './actor.js';
import type { Live } from './live.js';

/** Most bytes that wait for a reader before it is sent nothing more: some dozen events. */
const MAX_WAITING_BYTES = 65_536;
/** Longest time for the other side to say goodbye, in ms. */
const GOODBYE_MS = 1_000;
/** Close code of RFC 6455, section 7.4.1: the server goes down. */
const GOING_AWAY = 1001;

/** Makes a WebSocket a stream of events, one text frame each. Nothing that comes in is read. */
export function webSocketStream(live: Live, actor: Actor, lastEventId: string | null, socket: WebSocket): void {
  let hasAnswered = true;
  const hasRoom = (): boolean => socket.bufferedAmount < MAX_WAITING_BYTES;
  const send = (text: string): boolean => {
    socket.send(text, (error) => {
      if (!error && hasRoom()) watching.resume();
    });
    return hasRoom();
  };
  const watching = live.open(
    {
      event: ({ id, name, data }) => send(`{"id":${id},"event":${JSON.stringify(name)},"data":${data}}`),
      gap: () => send('{"event":"gap"}'),
      beat: () => {
        if (!hasAnswered) return socket.terminate();
        hasAnswered = false;
        socket.ping();
      },
      end: () => {
        socket.close(GOING_AWAY);
        // Somebody who does not read does not answer either, and would keep the server from closing.
        setTimeout(() => socket.terminate(), GOODBYE_MS).unref();
      },
    },
    actor,
    lastEventId,
  );
  socket.on('pong', () => {
    hasAnswered = true;
  });
  socket.on('ping', (data) => {
    // Answers, too, would pile up for somebody who pings and does not read.
    if (hasRoom()) socket.pong(data);
  });
  // A message that is too long, or no WebSocket at all: the socket is being closed already.
  socket.on('error', () => {});
  socket.once('close', () => watching.leave());
}
