import { type ClientKind, defineKind } from '../kind.js';
import { RawClient } from '../raw-client.js';
import { pause } from '../session.js';
import { userAgent } from '../text.js';
import { User } from '../user.js';

/** Sends large bodies. */
const upload = defineKind({
  name: 'upload',
  pattern: null,
  tool: 'own',
  count: 42,
  maxSeconds: 45,
  draw: (random) => ({
    files: random.int(1, 5),
    bytes: Math.round(random.logBetween(2e4, 3e6)),
    keepAlive: random.chance(0.7),
  }),
  run: async (session, { files, bytes, keepAlive }) => {
    const user = new User(session, { keepAlive, agent: session.random.pick(['browser', 'program']) });
    await user.signIn();
    for (let i = 0; i < files && !session.signal.aborted; i++) {
      await user.send(session.api.upload(Buffer.alloc(Math.round(bytes * session.random.between(0.5, 1.2)), i)));
      await user.think(200, 3000);
    }
    user.close();
  },
});

/** Large bodies in either direction over a link that hardly carries them. */
const slowLink = defineKind({
  name: 'slow-link',
  pattern: null,
  tool: 'own',
  count: 60,
  maxSeconds: 75,
  links: ['poor', 'poor', 'mobile'],
  draw: (random) => ({
    transfers: random.int(1, 4),
    uploads: random.between(0, 1),
    bytes: Math.round(random.logBetween(1e4, 6e5)),
    browse: random.int(0, 6),
  }),
  run: async (session, { transfers, uploads, bytes, browse }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections: 2, agent: 'mobile' });
    user.rememberToken();
    for (let i = 0; i < transfers && !session.signal.aborted; i++) {
      await user.send(random.chance(uploads) ? api.upload(Buffer.alloc(bytes, i)) : api.big());
      await user.think(200, 4000);
    }
    for (let i = 0; i < browse; i++) await user.send(api.browse(random));
    user.close();
  },
});

/** Downloads the largest answer, once or a few times. */
const download = defineKind({
  name: 'download',
  pattern: null,
  tool: 'own',
  count: 30,
  maxSeconds: 40,
  draw: (random) => ({ times: random.int(1, 5), keepAlive: random.chance(0.5) }),
  run: async (session, { times, keepAlive }) => {
    const user = new User(session, { keepAlive, agent: 'program' });
    await user.signIn();
    for (let i = 0; i < times && !session.signal.aborted; i++) {
      await user.send(session.api.big());
      await user.think(300, 6000);
    }
    user.close();
  },
});

/** Asks and waits: the server answers when there is news. */
const longPoll = defineKind({
  name: 'long-poll',
  pattern: null,
  tool: 'own',
  count: 54,
  maxSeconds: 80,
  draw: (random) => ({ seconds: random.int(1, 9), besides: random.between(0, 0.5) }),
  run: async (session, { seconds, besides }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections: 2, agent: random.pick(['browser', 'mobile']) });
    user.rememberToken();
    while (!session.signal.aborted) {
      await user.send(api.poll(seconds));
      if (random.chance(besides)) await user.send(api.browse(random));
    }
    user.close();
  },
});

/** Listens to a stream of events, with a request now and then beside it. */
const eventStream = defineKind({
  name: 'event-stream',
  pattern: null,
  tool: 'own',
  count: 48,
  maxSeconds: 80,
  draw: (random) => ({ seconds: random.int(8, 70), requests: random.int(0, 10) }),
  run: async (session, { seconds, requests }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections: 3, agent: 'browser' });
    user.rememberToken();
    const stream = user.send(api.stream(seconds));
    for (let i = 0; i < requests && !session.signal.aborted; i++) {
      await user.think(800, 9000);
      await user.send(api.browse(random));
    }
    await stream;
    user.close();
  },
});

/** Keeps a connection for later: long silences between few requests. */
const idleKeepAlive = defineKind({
  name: 'idle-keep-alive',
  pattern: null,
  tool: 'own',
  count: 60,
  maxSeconds: 95,
  draw: (random) => ({
    requests: random.int(1, 6),
    silenceMs: random.int(6000, 40_000),
    connections: random.pick([1, 1, 3, 6]),
  }),
  run: async (session, { requests, silenceMs, connections }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections, agent: random.pick(['browser', 'program']) });
    user.rememberToken();
    for (let i = 0; i < requests && !session.signal.aborted; i++) {
      await user.burst(Array.from({ length: random.int(1, connections) }, () => api.browse(random)));
      await pause(session, random.between(silenceMs * 0.4, silenceMs));
    }
    user.close();
  },
});

/** A browser's connection in advance: opened, perhaps used late, perhaps never. */
const speculative = defineKind({
  name: 'speculative-connection',
  pattern: null,
  tool: 'own',
  count: 60,
  maxSeconds: 60,
  draw: (random) => ({ connections: random.int(1, 6), waitMs: random.int(500, 25_000), used: random.between(0, 0.8) }),
  run: async (session, { connections, waitMs, used }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections: 2, agent: 'browser' });
    user.rememberToken();
    await user.send(api.browse(random));
    const opened = await Promise.all(Array.from({ length: connections }, () => RawClient.open(session)));
    for (const client of opened) client.drain();
    await user.send(api.browse(random));
    await pause(session, random.between(waitMs * 0.5, waitMs));
    for (const client of opened) {
      if (random.chance(used))
        client.send(
          `GET ${api.health().path} HTTP/1.1\r\nHost: api.example\r\nUser-Agent: ${userAgent(random, 'browser')}\r\n\r\n`,
        );
      await pause(session, random.between(50, 1500));
      client.close();
    }
    user.close();
  },
});

/** A device whose request arrives in pieces: a weak radio, a small sender, a debugger in between. */
const slowStarter = defineKind({
  name: 'slow-starter',
  pattern: null,
  tool: 'own',
  count: 60,
  maxSeconds: 45,
  draw: (random) => ({
    requests: random.int(1, 4),
    pieces: random.int(2, 6),
    gapMs: Math.round(random.logBetween(50, 2500)),
    post: random.chance(0.5),
  }),
  run: async (session, { requests, pieces, gapMs, post }) => {
    const { api, random } = session;
    for (let i = 0; i < requests && !session.signal.aborted; i++) {
      const client = await RawClient.open(session);
      client.drain();
      const call = post ? api.create(random) : api.item(api.knownId(random));
      const headers = Object.entries(call.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
      const body = call.body ?? '';
      const length = body === '' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`;
      const bytes = Buffer.from(
        `${call.method} ${call.path} HTTP/1.1\r\nHost: api.example\r\nUser-Agent: ${userAgent(random, 'mobile')}\r\n${headers.join('')}${length}\r\n${body}`,
      );
      await client.trickle(session, bytes, Math.ceil(bytes.length / pieces), () =>
        random.between(gapMs * 0.3, gapMs * 1.5),
      );
      await pause(session, random.between(300, 2500));
      client.close();
    }
  },
});

/** Waits for answers that take their time. */
const slowAnswers = defineKind({
  name: 'slow-answers',
  pattern: null,
  tool: 'own',
  count: 36,
  maxSeconds: 60,
  draw: (random) => ({ requests: random.int(2, 25), width: random.int(1, 4), gapMs: random.int(0, 2000) }),
  run: async (session, { requests, width, gapMs }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections: width, agent: 'browser' });
    user.rememberToken();
    for (let i = 0; i < requests && !session.signal.aborted; i += width) {
      await user.burst(Array.from({ length: width }, () => api.slow(random)));
      await pause(session, gapMs);
    }
    user.close();
  },
});

/** Goes away in the middle: a closed tab, a lost signal. */
const aborted = defineKind({
  name: 'aborted',
  pattern: null,
  tool: 'own',
  count: 36,
  maxSeconds: 40,
  draw: (random) => ({
    requests: random.int(1, 6),
    afterMs: Math.round(random.logBetween(5, 1500)),
    reset: random.chance(0.5),
  }),
  run: async (session, { requests, afterMs, reset }) => {
    const { api, random } = session;
    for (let i = 0; i < requests && !session.signal.aborted; i++) {
      const client = await RawClient.open(session);
      client.drain();
      const call = random.chance(0.5) ? api.slow(random) : api.big();
      client.send(
        `${call.method} ${call.path} HTTP/1.1\r\nHost: api.example\r\nUser-Agent: ${userAgent(random, 'browser')}\r\n\r\n`,
      );
      await pause(session, random.between(afterMs * 0.5, afterMs * 1.5));
      if (reset) client.reset();
      else client.close();
      await pause(session, random.between(200, 4000));
    }
  },
});

export const CONNECTIONS: readonly ClientKind[] = [
  upload,
  slowLink,
  download,
  longPoll,
  eventStream,
  idleKeepAlive,
  speculative,
  slowStarter,
  slowAnswers,
  aborted,
];
