import { type ClientKind, defineKind } from '../kind.js';
import { inParallel, pause } from '../session.js';
import { words } from '../text.js';
import { User } from '../user.js';

/** A server-side client library: steady work, retries on 429 and 5xx. */
const library = defineKind({
  name: 'client-library',
  pattern: null,
  tool: 'own',
  count: 60,
  maxSeconds: 60,
  draw: (random) => ({
    requests: random.int(5, 120),
    gapMs: Math.round(random.logBetween(5, 1500)),
    connections: random.pick([1, 1, 4, 10]),
    keepAlive: random.chance(0.85),
  }),
  run: async (session, { requests, gapMs, connections, keepAlive }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, connections, agent: 'program' });
    await user.signIn();
    await inParallel(session, connections, requests, async () => {
      const call = api.browse(random);
      for (let attempt = 0; attempt < 3; attempt++) {
        const { status } = await user.send(call);
        if (status !== 429 && status < 500) break;
        await pause(session, 200 * 2 ** attempt);
      }
      await user.think(gapMs * 0.3, gapMs * 2);
    });
    user.close();
  },
});

/** The same few calls every few seconds. */
const cron = defineKind({
  name: 'cron',
  pattern: null,
  tool: 'own',
  count: 42,
  maxSeconds: 75,
  draw: (random) => ({ everyMs: random.int(2000, 12_000), calls: random.int(1, 3), keepAlive: random.chance(0.4) }),
  run: async (session, { everyMs, calls, keepAlive }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, agent: 'program' });
    user.rememberToken();
    const work = Array.from({ length: calls }, () => api.browse(random));
    while (!session.signal.aborted) {
      for (const call of work) await user.send(call);
      await pause(session, everyMs);
    }
    user.close();
  },
});

/** Asks for one thing once or several times a second: a dashboard, a status page. */
const polling = defineKind({
  name: 'polling',
  pattern: null,
  tool: 'own',
  count: 48,
  maxSeconds: 60,
  draw: (random) => ({
    everyMs: random.int(250, 5000),
    target: random.pick(['item', 'health', 'list']),
    keepAlive: random.chance(0.75),
  }),
  run: async (session, { everyMs, target, keepAlive }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, agent: random.pick(['browser', 'program']) });
    user.rememberToken();
    const call = target === 'item' ? api.item(api.knownId(random)) : target === 'health' ? api.health() : api.list(1);
    while (!session.signal.aborted) {
      await user.send(call);
      await pause(session, everyMs);
    }
    user.close();
  },
});

/** A load balancer that asks for health each second or two, from one address, for ever. */
const healthCheck = defineKind({
  name: 'health-check',
  pattern: null,
  tool: 'own',
  count: 36,
  maxSeconds: 80,
  links: ['local', 'datacentre'],
  draw: (random) => ({
    everyMs: random.int(800, 2500),
    checkers: random.int(1, 3),
    method: random.pick(['GET', 'HEAD']),
    keepAlive: random.chance(0.3),
  }),
  run: async (session, { everyMs, checkers, method, keepAlive }) => {
    const user = new User(session, {
      keepAlive,
      connections: checkers,
      headers: { 'user-agent': 'LB-HealthChecker/2.0' },
    });
    await inParallel(session, checkers, checkers, async () => {
      await pause(session, session.random.between(0, everyMs));
      while (!session.signal.aborted) {
        await user.send({ ...session.api.health(), method });
        await pause(session, everyMs);
      }
    });
    user.close();
  },
});

/** Walks a list to its end and looks at what it found: search engines, exports, synchronisation. */
const pagination = defineKind({
  name: 'pagination',
  pattern: null,
  tool: 'own',
  count: 60,
  maxSeconds: 75,
  draw: (random) => ({
    gapMs: Math.round(random.logBetween(60, 3000)),
    details: random.pick([0, 0, 1, 3, 8]),
    keepAlive: random.chance(0.8),
  }),
  run: async (session, { gapMs, details, keepAlive }) => {
    const { api } = session;
    const user = new User(session, { keepAlive, agent: 'program' });
    await user.signIn();
    for (let page = 1; page <= api.pageCount && !session.signal.aborted; page++) {
      const ids = api.idsIn(await user.send(api.list(page)));
      if (ids.length === 0) break;
      for (const id of ids.slice(0, details)) {
        await user.think(gapMs * 0.5, gapMs * 1.5);
        await user.send(api.item(id));
      }
      await user.think(gapMs * 0.5, gapMs * 1.5);
    }
    user.close();
  },
});

/** A developer's test suite: every route, wrong input on purpose, missing things, no token; fast. */
const testSuite = defineKind({
  name: 'test-suite',
  pattern: null,
  tool: 'own',
  count: 42,
  maxSeconds: 50,
  links: ['local', 'datacentre', 'home'],
  draw: (random) => ({
    requests: random.int(20, 150),
    width: random.pick([1, 1, 2, 4]),
    errorShare: random.between(0.1, 0.45),
    keepAlive: random.chance(0.6),
    gapMs: random.pick([0, 5, 40, 200]),
  }),
  run: async (session, { requests, width, errorShare, keepAlive, gapMs }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, connections: width, agent: 'program' });
    const stranger = new User(session, { keepAlive, agent: 'program' });
    await user.signIn();
    await inParallel(session, width, requests, async () => {
      if (random.chance(errorShare)) {
        const kind = random.int(0, 4);
        if (kind === 0) await user.send(api.invalid(random));
        else if (kind === 1) await stranger.send(api.me());
        else if (kind === 2) await user.send(api.item(api.guessedId(random)));
        else if (kind === 3) await stranger.login(random.pick(api.accounts).user, 'wrong-on-purpose');
        else await user.send({ ...api.list(1), method: random.pick(['DELETE', 'PATCH']) });
      } else
        await user.send(
          random.pick([
            () => api.browse(random),
            () => api.create(random),
            () => api.change(random),
            () => api.list(1),
            () => api.health(),
          ])(),
        );
      await pause(session, gapMs);
    });
    user.close();
    stranger.close();
  },
});

/** The owner's own load test: one or two routes, a bounded rate, always answered well. */
const loadTest = defineKind({
  name: 'load-test',
  pattern: null,
  tool: 'own',
  count: 30,
  maxSeconds: 30,
  links: ['local', 'datacentre', 'home'],
  draw: (random) => ({
    perSecond: Math.round(random.logBetween(5, 60)),
    connections: random.int(1, 8),
    seconds: random.int(6, 18),
    routes: random.int(1, 3),
  }),
  run: async (session, { perSecond, connections, seconds, routes }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections, agent: 'program' });
    user.rememberToken();
    const calls = Array.from({ length: routes }, () => api.browse(random));
    const pending: Promise<unknown>[] = [];
    for (let sent = 0; sent < perSecond * seconds && !session.signal.aborted; sent++) {
      pending.push(user.send(random.pick(calls)));
      await pause(session, 1000 / perSecond);
    }
    await Promise.all(pending);
    user.close();
  },
});

/** A loop in somebody's script: one call after the other over a route or a few, as fast as they are answered or nearly. */
const scriptLoop = defineKind({
  name: 'script-loop',
  pattern: null,
  tool: 'own',
  count: 84,
  maxSeconds: 40,
  links: ['local', 'local', 'datacentre', 'home'],
  draw: (random) => ({
    requests: random.int(20, 100),
    gapMs: random.pick([0, 0, 20, 50, 200, 1000]),
    routes: random.pick([1, 1, 2, 6]),
    keepAlive: random.chance(0.35),
    width: random.pick([1, 1, 1, 3]),
  }),
  run: async (session, { requests, gapMs, routes, keepAlive, width }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, connections: width, agent: random.pick(['program', 'browser']) });
    user.rememberToken();
    const calls = Array.from({ length: routes }, () => api.browse(random));
    await inParallel(session, width, requests, async () => {
      await user.send(random.pick(calls));
      await pause(session, gapMs);
    });
    user.close();
  },
});

/** Writes many rows, one call each or in batches. */
const bulkImport = defineKind({
  name: 'bulk-import',
  pattern: null,
  tool: 'own',
  count: 42,
  maxSeconds: 50,
  draw: (random) => ({
    requests: random.int(15, 160),
    rows: random.pick([0, 0, 10, 100, 400]),
    width: random.pick([1, 2, 4, 8]),
    gapMs: random.pick([0, 10, 100, 400]),
    keepAlive: random.chance(0.85),
  }),
  run: async (session, { requests, rows, width, gapMs, keepAlive }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, connections: width, agent: 'program' });
    await user.signIn();
    await inParallel(session, width, requests, async () => {
      await user.send(rows === 0 ? api.create(random) : api.batch(random, rows));
      await pause(session, gapMs);
    });
    user.close();
  },
});

/** Events delivered to a hook: short posts, a few at a time, again where the answer was an error. */
const webhookSender = defineKind({
  name: 'webhook-sender',
  pattern: null,
  tool: 'own',
  count: 42,
  maxSeconds: 60,
  draw: (random) => ({
    events: random.int(3, 50),
    gapMs: Math.round(random.logBetween(50, 4000)),
    keepAlive: random.chance(0.4),
  }),
  run: async (session, { events, gapMs, keepAlive }) => {
    const { api, random } = session;
    const user = new User(session, {
      keepAlive,
      headers: { 'user-agent': 'Hooks/1.0', 'x-signature': random.hex(64) },
    });
    user.rememberToken();
    for (let i = 0; i < events && !session.signal.aborted; i++) {
      const { status } = await user.send(random.chance(0.85) ? api.create(random) : api.change(random));
      if (status >= 500) await pause(session, 500);
      await user.think(gapMs * 0.2, gapMs * 3);
    }
    user.close();
  },
});

/** Looks up a list of things it knows by id, e.g. to refresh a cache. */
const cacheRefresh = defineKind({
  name: 'cache-refresh',
  pattern: null,
  tool: 'own',
  count: 42,
  maxSeconds: 50,
  draw: (random) => ({
    ids: random.int(5, 40),
    rounds: random.int(1, 4),
    gapMs: Math.round(random.logBetween(50, 1500)),
    missing: random.pick([0, 0, 0.05, 0.1]),
    keepAlive: random.chance(0.8),
  }),
  run: async (session, { ids, rounds, gapMs, missing, keepAlive }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, agent: 'program' });
    user.rememberToken();
    const known = Array.from({ length: ids }, () =>
      random.chance(missing) ? api.guessedId(random) : api.knownId(random),
    );
    for (let round = 0; round < rounds; round++) {
      for (const id of known) {
        if (session.signal.aborted) break;
        await user.send(api.item(id));
        await user.think(gapMs * 0.3, gapMs * 2);
      }
      await user.send(api.search(words(random, 1)));
    }
    user.close();
  },
});

export const PROGRAMS: readonly ClientKind[] = [
  library,
  cron,
  polling,
  healthCheck,
  pagination,
  testSuite,
  loadTest,
  scriptLoop,
  bulkImport,
  webhookSender,
  cacheRefresh,
];
