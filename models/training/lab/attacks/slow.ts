import { type ClientKind, defineKind } from '../kind.js';
import { RawClient } from '../raw-client.js';
import { inParallel, pause, type Session } from '../session.js';
import { userAgent, word } from '../text.js';
import { runTool } from '../tool.js';

/** Seconds between two drops of bytes: from a few a second to one in eight seconds. */
const GAPS_S: readonly number[] = [0.2, 0.5, 1, 1, 1.5, 2, 3, 5, 6.5, 8];

const connectionCount = (random: Session['random']): number => random.pick([1, 1, 2, 5, 12, 30]);

/** Headers that never end, a few bytes at a time. */
const slowHeaders = defineKind({
  name: 'slow-headers-script',
  pattern: 'slow-attack',
  tool: 'own',
  count: 48,
  maxSeconds: 62,
  draw: (random) => ({
    connections: connectionCount(random),
    gapSeconds: random.pick(GAPS_S),
    bytes: random.pick([1, 1, 2, 10, 24]),
    jitter: random.between(0, 0.6),
    reopens: random.chance(0.5),
  }),
  run: async (session, { connections, gapSeconds, bytes, jitter, reopens }) => {
    const { api, random } = session;
    await inParallel(session, connections, reopens ? connections * 4 : connections, async () => {
      await pause(session, random.between(0, 2000));
      const client = await RawClient.open(session);
      client.drain();
      const opening = random.pick([
        '',
        `GET ${api.health().path} HTTP/1.1\r\nHost: api.example\r\n`,
        `GET ${api.list(1).path} HTTP/1.1\r\nHost: api.example\r\nUser-Agent: ${userAgent(random, 'browser')}\r\n`,
      ]);
      let text = opening === '' ? 'GET / HTTP/1.1\r\nHost: api.example\r\n' : '';
      while (text.length < 3000) text += `X-${word(random)}: ${random.hex(12)}\r\n`;
      if (opening !== '') client.send(opening);
      await client.trickle(
        session,
        Buffer.from(text),
        bytes,
        () => gapSeconds * 1000 * random.between(1 - jitter, 1 + jitter),
      );
      client.close();
    });
  },
});

/** A long body announced, a few bytes of it sent. */
const slowBody = defineKind({
  name: 'slow-body-script',
  pattern: 'slow-attack',
  tool: 'own',
  count: 36,
  maxSeconds: 62,
  draw: (random) => ({
    connections: connectionCount(random),
    gapSeconds: random.pick(GAPS_S),
    bytes: random.pick([1, 2, 8, 40]),
    announced: random.pick([2000, 8000, 100_000]),
    chunked: random.chance(0.25),
    jitter: random.between(0, 0.6),
  }),
  run: async (session, { connections, gapSeconds, bytes, announced, chunked, jitter }) => {
    const { api, random } = session;
    await inParallel(session, connections, connections * 2, async () => {
      await pause(session, random.between(0, 2000));
      const client = await RawClient.open(session);
      client.drain();
      const path = random.pick([api.login('a', 'b').path, api.create(random).path]);
      const size = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${announced}`;
      const agent = userAgent(random, 'browser');
      client.send(
        `POST ${path} HTTP/1.1\r\nHost: api.example\r\nUser-Agent: ${agent}\r\nContent-Type: application/x-www-form-urlencoded\r\n${size}\r\n\r\n`,
      );
      const gap = (): number => gapSeconds * 1000 * random.between(1 - jitter, 1 + jitter);
      if (chunked) {
        for (let sent = 0; sent < 400 && !client.ended && !session.signal.aborted; sent++) {
          client.send(`${bytes.toString(16)}\r\n${'a'.repeat(bytes)}\r\n`);
          await pause(session, gap());
        }
      } else await client.trickle(session, Buffer.alloc(announced, 'a'), bytes, gap);
      client.close();
    });
  },
});

/** A large answer asked for and hardly read. */
const slowRead = defineKind({
  name: 'slow-read-script',
  pattern: 'slow-attack',
  tool: 'own',
  count: 30,
  maxSeconds: 60,
  links: ['local', 'datacentre', 'home'],
  draw: (random) => ({
    connections: connectionCount(random),
    everySeconds: random.pick([0.5, 1, 2, 5]),
    bytes: random.pick([1, 32, 512, 2048]),
    pipelined: random.pick([1, 1, 3, 8]),
  }),
  run: async (session, { connections, everySeconds, bytes, pipelined }) => {
    const { api, random } = session;
    await inParallel(session, connections, connections, async () => {
      await pause(session, random.between(0, 2000));
      const client = await RawClient.open(session);
      const token = api.tokenFor(random.pick(api.accounts).user);
      const request = `GET ${api.big().path} HTTP/1.1\r\nHost: api.example\r\nAuthorization: Bearer ${token}\r\nUser-Agent: ${userAgent(random, 'browser')}\r\n\r\n`;
      client.send(request.repeat(pipelined));
      await client.sip(session, bytes, () => everySeconds * 1000 * random.between(0.6, 1.4));
      client.close();
    });
  },
});

/** Connections that are opened and never speak, in numbers. */
const silent = defineKind({
  name: 'silent-connections',
  pattern: 'slow-attack',
  tool: 'own-silent',
  count: 12,
  maxSeconds: 60,
  draw: (random) => ({ connections: random.int(20, 80), afterMs: random.int(0, 4000) }),
  run: async (session, { connections, afterMs }) => {
    const { random } = session;
    await inParallel(session, connections, connections * 3, async () => {
      await pause(session, random.between(0, afterMs));
      const client = await RawClient.open(session);
      client.drain();
      while (!client.ended && !session.signal.aborted) await pause(session, 500);
      client.close();
    });
  },
});

type Attack = 'headers' | 'body' | 'range' | 'read';

const FLAGS: Readonly<Record<Attack, string>> = { headers: '-H', body: '-B', range: '-R', read: '-X' };

/** slowhttptest in its four modes. */
const slowhttptest = defineKind({
  name: 'slow-slowhttptest',
  pattern: 'slow-attack',
  tool: 'slowhttptest',
  count: 48,
  maxSeconds: 45,
  draw: (random) => ({
    attack: random.pick<Attack>(['headers', 'headers', 'headers', 'body', 'body', 'body', 'read', 'read', 'range']),
    connections: random.pick([1, 3, 10, 30]),
    interval: random.pick([1, 1, 2, 4, 8]),
    perSecond: random.pick([2, 10, 50]),
    bytes: random.pick([4, 16, 32]),
    seconds: random.int(22, 42),
  }),
  run: async (session, { attack, connections, interval, perSecond, bytes, seconds }) => {
    const { api } = session;
    const path = attack === 'read' ? api.big().path : attack === 'body' ? api.login('a', 'b').path : api.list(1).path;
    const reading =
      attack === 'read'
        ? ['-n', String(interval), '-w', '16', '-y', '256', '-z', String(bytes), '-k', '3']
        : ['-i', String(interval), '-x', String(bytes)];
    const size = ['-c', String(connections), '-r', String(perSecond), '-l', String(seconds)];
    await runTool(session, 'slowhttptest', [
      FLAGS[attack],
      ...size,
      ...reading,
      '-p',
      '3',
      '-v',
      '0',
      '-u',
      `http://127.0.0.1:${session.port}${path}`,
    ]);
  },
});

export const SLOW: readonly ClientKind[] = [slowHeaders, slowBody, slowRead, silent, slowhttptest];
