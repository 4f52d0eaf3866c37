import type { ServerResponse } from 'node:http';
import type { Actor } from './actor.js';
import type { Live } from './live.js';

/**
 * Makes a response a stream of server-sent events.
 *
 * @throws `Problem` 503 when no more streams are admitted
 */
export function sseStream(live: Live, actor: Actor, lastEventId: string | undefined, response: ServerResponse): void {
  live.admit();
  response.setHeader('content-type', 'text/event-stream; charset=utf-8');
  // Neither kept nor compressed nor collected by what is in between: events are to arrive.
  response.setHeader('cache-control', 'no-store, no-transform');
  response.setHeader('x-accel-buffering', 'no');
  let waits = false;
  const write = (text: string): boolean => {
    waits = !response.write(text);
    return !waits;
  };
  write('retry: 2000\n\n');
  const watching = live.open(
    {
      // JSON has no line breaks of its own: one event is one line, whatever text is in it.
      event: ({ id, name, data }) => write(`id: ${id}\nevent: ${name}\ndata: ${data}\n\n`),
      gap: () => write('event: gap\ndata: {}\n\n'),
      beat: () => void (waits || write(': still here\n\n')),
      end: () => response.end(),
    },
    actor,
    lastEventId,
  );
  response.on('drain', () => {
    waits = false;
    watching.resume();
  });
  response.once('close', () => watching.leave());
}
