import { type ClientKind, defineKind } from '../kind.js';
import { inParallel, pause } from '../session.js';
import { User } from '../user.js';

/** A client library that meets trouble as its makers meant it to: waits as told, doubles its pauses, gives up in time. */
const retries = defineKind({
  name: 'sdk-retries',
  pattern: null,
  tool: 'own',
  count: 48,
  maxSeconds: 70,
  draw: (random) => ({
    requests: random.int(10, 90),
    width: random.pick([1, 1, 2, 5]),
    unsteadyShare: random.between(0.3, 1),
    attempts: random.int(2, 6),
    baseMs: random.pick([50, 100, 250, 500, 1000]),
    jitter: random.between(0, 1),
    heedsServer: random.chance(0.6),
    timeoutMs: random.pick([700, 1500, 5000, 30_000]),
    gapMs: Math.round(random.logBetween(20, 1500)),
  }),
  run: async (session, { requests, width, unsteadyShare, attempts, baseMs, jitter, heedsServer, timeoutMs, gapMs }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections: width, agent: 'program', timeoutMs });
    await user.signIn();
    await inParallel(session, width, requests, async () => {
      const call = random.chance(unsteadyShare) ? api.unsteady(random) : api.browse(random);
      for (let attempt = 0; attempt < attempts && !session.signal.aborted; attempt++) {
        const { status, headers } = await user.send(call);
        if (status !== 0 && status !== 429 && status < 500) break;
        const told = heedsServer ? Number(headers['retry-after'] ?? 0) * 1000 : 0;
        await pause(session, Math.max(told, baseMs * 2 ** attempt * random.between(1 - jitter, 1 + jitter)));
      }
      await user.think(gapMs * 0.3, gapMs * 2);
    });
    user.close();
  },
});

/** Single sign-on or a password manager: the session ends, everything is refused, the right password is there at once. */
const signsInAgain = defineKind({
  name: 'sso-relogin',
  pattern: null,
  tool: 'own',
  count: 42,
  maxSeconds: 90,
  draw: (random) => ({
    rounds: random.int(2, 9),
    tabs: random.int(1, 6),
    outOfDate: random.chance(0.3),
    workMs: Math.round(random.logBetween(1000, 9000)),
  }),
  run: async (session, { rounds, tabs, outOfDate, workMs }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections: tabs, agent: 'browser' });
    const account = random.pick(api.accounts);
    for (let round = 0; round < rounds && !session.signal.aborted; round++) {
      user.useToken('ended');
      await user.burst(Array.from({ length: tabs }, () => api.me()));
      // What the manager remembers was changed elsewhere: one refusal, then the new one is typed.
      if (outOfDate && round === 0) {
        await user.login(account.user, `${account.password}-old`);
        await user.think(3000, 9000);
      }
      await user.login(account.user, account.password);
      for (let step = random.int(1, 6); step > 0 && !session.signal.aborted; step--) {
        await user.burst(Array.from({ length: random.int(1, tabs) }, () => api.browse(random)));
        await user.think(workMs * 0.3, workMs);
      }
    }
    user.close();
  },
});

/** A dashboard of somebody who may not see all of it: each refresh has its refusals. */
const refusedWidgets = defineKind({
  name: 'refused-widgets',
  pattern: null,
  tool: 'own',
  count: 36,
  maxSeconds: 70,
  draw: (random) => ({
    widgets: random.int(2, 8),
    refused: random.int(1, 4),
    everyMs: Math.round(random.logBetween(1500, 15_000)),
    signsIn: random.chance(0.5),
  }),
  run: async (session, { widgets, refused, everyMs, signsIn }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections: 6, agent: 'browser' });
    if (signsIn) await user.signIn();
    else user.rememberToken();
    const calls = [
      ...Array.from({ length: widgets }, () => api.browse(random)),
      ...Array.from({ length: refused }, () => api.forbidden(random)),
    ];
    while (!session.signal.aborted) {
      await user.burst(random.shuffle(calls));
      await pause(session, random.between(everyMs * 0.8, everyMs * 1.2));
    }
    user.close();
  },
});

/** A developer who gets to know the API: no token, a wrong one, wrong bodies, things that are not there, then it works. */
const explorer = defineKind({
  name: 'api-explorer',
  pattern: null,
  tool: 'own',
  count: 42,
  maxSeconds: 90,
  draw: (random) => ({
    requests: random.int(8, 40),
    thinkMs: random.int(1500, 9000),
    learning: random.between(0.05, 0.3),
    keepAlive: random.chance(0.4),
  }),
  run: async (session, { requests, thinkMs, learning, keepAlive }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, agent: 'program' });
    let mistakes = 0.8;
    for (let i = 0; i < requests && !session.signal.aborted; i++) {
      if (random.chance(mistakes)) {
        const call = random.pick([
          () => api.invalid(random),
          () => api.me(),
          () => api.item(api.guessedId(random)),
          () => ({ method: 'GET', path: random.pick(['/', '/docs', '/api', '/openapi.json', '/v1', '/help']) }),
          () => ({ ...api.create(random), body: '{"name": ' }),
          () => api.forbidden(random),
        ])();
        // The same again after a look at it, as people do.
        for (let repeat = random.int(1, 3); repeat > 0; repeat--) {
          await user.send(call);
          await user.think(thinkMs * 0.2, thinkMs);
        }
      } else await user.send(random.pick([() => api.browse(random), () => api.create(random), () => api.list(1)])());
      if (!user.signedIn && random.chance(learning * 2)) await user.signIn();
      mistakes *= 1 - learning;
      await user.think(thinkMs * 0.4, thinkMs * 1.6);
    }
    user.close();
  },
});

export const SERVICES: readonly ClientKind[] = [retries, signsInAgain, refusedWidgets, explorer];
