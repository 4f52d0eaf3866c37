import { type ClientKind, defineKind } from '../kind.js';
import { inParallel, pause, type Session } from '../session.js';
import { personName, words } from '../text.js';
import { User } from '../user.js';

async function browseFor(session: Session, user: User, steps: number, minMs: number, maxMs: number): Promise<void> {
  const { api, random } = session;
  for (let i = 0; i < steps && !session.signal.aborted; i++) {
    const calls = Array.from({ length: random.pick([1, 1, 2, 3, 5]) }, () => api.browse(random));
    await user.burst(calls);
    await user.think(minMs, maxMs);
  }
}

/** A browser application: bursts over six connections, preflights now and then, pauses to read. */
const browser = defineKind({
  name: 'browser',
  pattern: null,
  tool: 'own',
  count: 90,
  maxSeconds: 75,
  draw: (random) => ({
    steps: random.int(3, 22),
    thinkMs: random.int(300, 5000),
    signsIn: random.chance(0.5),
    preflight: random.chance(0.4),
  }),
  run: async (session, { steps, thinkMs, signsIn, preflight }) => {
    const user = new User(session, { keepAlive: true, connections: 6, agent: 'browser' });
    await user.burst(session.api.landing(session.random));
    if (signsIn) {
      await user.think(thinkMs, thinkMs * 3);
      await user.signIn();
    } else user.rememberToken();
    if (preflight) {
      const { path } = session.api.browse(session.random);
      const origin = { origin: 'https://app.example', 'access-control-request-method': 'POST' };
      await user.send({ method: 'OPTIONS', path, headers: origin });
    }
    await browseFor(session, user, steps, thinkMs * 0.3, thinkMs * 2);
    user.close();
  },
});

/** A phone application: short bursts, long gaps, connections that die between them. */
const mobile = defineKind({
  name: 'mobile',
  pattern: null,
  tool: 'own',
  count: 60,
  maxSeconds: 90,
  links: ['mobile', 'mobile', 'poor', 'home'],
  draw: (random) => ({ bursts: random.int(2, 7), gapMs: random.int(1500, 20_000), keepAlive: random.chance(0.7) }),
  run: async (session, { bursts, gapMs, keepAlive }) => {
    const user = new User(session, { keepAlive, connections: 3, agent: 'mobile' });
    user.rememberToken();
    for (let i = 0; i < bursts && !session.signal.aborted; i++) {
      await user.burst(Array.from({ length: session.random.int(1, 6) }, () => session.api.browse(session.random)));
      await user.think(gapMs * 0.5, gapMs * 1.5);
    }
    user.close();
  },
});

/** Someone who types a search and has each letter looked up. */
const typeAhead = defineKind({
  name: 'search-as-you-type',
  pattern: null,
  tool: 'own',
  count: 42,
  maxSeconds: 60,
  draw: (random) => ({ searches: random.int(1, 4), keyMs: random.int(60, 350) }),
  run: async (session, { searches, keyMs }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections: 6, agent: 'browser' });
    for (let i = 0; i < searches && !session.signal.aborted; i++) {
      const text = random.chance(0.3) ? personName(random) : words(random, random.int(1, 3));
      const pending: Promise<unknown>[] = [];
      for (let end = 1; end <= text.length && !session.signal.aborted; end++) {
        pending.push(user.send(api.search(text.slice(0, end))));
        await pause(session, random.between(keyMs * 0.5, keyMs * 1.6));
      }
      await Promise.all(pending);
      await user.think(800, 6000);
      await user.send(api.browse(random));
    }
    user.close();
  },
});

/** Many users of an office, a campus or a phone network behind one address. */
const sharedAddress = defineKind({
  name: 'shared-address',
  pattern: null,
  tool: 'own',
  count: 18,
  maxSeconds: 80,
  links: ['home', 'datacentre', 'mobile'],
  draw: (random) => ({
    users: random.int(20, 60),
    thinkMs: random.int(1000, 9000),
    steps: random.int(3, 9),
    loginShare: random.between(0.1, 0.5),
  }),
  run: async (session, { users, thinkMs, steps, loginShare }) => {
    const { random } = session;
    await inParallel(session, users, users, async () => {
      await pause(session, random.between(0, 15_000));
      const user = new User(session, { keepAlive: true, connections: 3, agent: random.pick(['browser', 'mobile']) });
      if (random.chance(0.5)) await user.burst(session.api.landing(random));
      if (random.chance(loginShare)) {
        if (random.chance(0.25)) await user.login(random.pick(session.api.accounts).user, words(random, 1));
        await user.signIn();
      } else user.rememberToken();
      await browseFor(session, user, steps, thinkMs * 0.4, thinkMs * 2);
      user.close();
    });
  },
});

/** One request, typed by hand or sent by a script that then ends. */
const single = defineKind({
  name: 'single-request',
  pattern: null,
  tool: 'own',
  count: 84,
  maxSeconds: 20,
  draw: (random) => ({
    requests: random.pick([1, 1, 1, 2, 3]),
    method: random.pick(['browse', 'browse', 'head', 'missing', 'unauthenticated', 'health']),
  }),
  run: async (session, { requests, method }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: false, agent: random.pick(['program', 'browser']) });
    if (method !== 'unauthenticated') user.rememberToken();
    for (let i = 0; i < requests; i++) {
      if (method === 'head') await user.send({ ...api.item(api.knownId(random)), method: 'HEAD' });
      else if (method === 'missing')
        await user.send({
          method: 'GET',
          path: random.pick(['/favicon.ico', '/robots.txt', '/old-page', '/apple-touch-icon.png']),
        });
      else if (method === 'health') await user.send(api.health());
      else await user.send(api.browse(random));
      await user.think(500, 4000);
    }
    user.close();
  },
});

export const PEOPLE: readonly ClientKind[] = [browser, mobile, typeAhead, sharedAddress, single];
