import { type ClientKind, defineKind } from '../kind.js';
import type { Random } from '../random.js';
import { User } from '../user.js';

/** The ways a person gets a password wrong: another of theirs, a letter missing, capitals the other way round. */
export function mistyped(random: Random, password: string): string {
  const at = random.int(0, password.length - 1);
  return random.pick([
    password.slice(0, at) + password.slice(at + 1),
    password.toUpperCase(),
    `${password}1`,
    'Winter2025!',
    password.slice(0, at) + random.pick(['x', 'q', '0']) + password.slice(at),
  ]);
}

/** A person who gets the password wrong one to four times, then right (or gives up). */
const mistypedPassword = defineKind({
  name: 'mistyped-password',
  pattern: null,
  tool: 'own',
  count: 84,
  maxSeconds: 75,
  draw: (random) => ({
    mistakes: random.int(1, 4),
    thinkMs: random.int(1200, 7000),
    givesUp: random.chance(0.15),
    keepAlive: random.chance(0.7),
    steps: random.int(0, 8),
  }),
  run: async (session, { mistakes, thinkMs, givesUp, keepAlive, steps }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, connections: 4, agent: random.pick(['browser', 'mobile']) });
    const account = random.pick(api.accounts);
    if (random.chance(0.7)) await user.burst(api.landing(random));
    for (let i = 0; i < mistakes; i++) {
      await user.login(account.user, mistyped(random, account.password));
      await user.think(thinkMs * 0.5, thinkMs * 2);
    }
    if (!givesUp) {
      await user.login(account.user, account.password);
      for (let i = 0; i < steps; i++) {
        await user.send(api.browse(random));
        await user.think(400, 3000);
      }
    }
    user.close();
  },
});

/** A password manager or a kiosk that signs in again and again, always rightly. */
const signsInOften = defineKind({
  name: 'signs-in-often',
  pattern: null,
  tool: 'own',
  count: 42,
  maxSeconds: 70,
  draw: (random) => ({
    rounds: random.int(2, 14),
    gapMs: random.int(600, 6000),
    keepAlive: random.chance(0.5),
    users: random.pick([1, 1, 3, 12]),
  }),
  run: async (session, { rounds, gapMs, keepAlive, users }) => {
    const { api, random } = session;
    const accounts = Array.from({ length: users }, () => random.pick(api.accounts));
    const user = new User(session, { keepAlive, agent: 'browser' });
    for (let i = 0; i < rounds && !session.signal.aborted; i++) {
      const account = accounts[i % users] ?? random.pick(accounts);
      await user.login(account.user, account.password);
      for (let step = random.int(0, 3); step > 0; step--) await user.send(api.browse(random));
      await user.think(gapMs * 0.5, gapMs * 1.5);
    }
    user.close();
  },
});

/** A client whose token runs out: a few refusals, then a new token, then on with the work. */
const expiredToken = defineKind({
  name: 'expired-token',
  pattern: null,
  tool: 'own',
  count: 54,
  maxSeconds: 60,
  draw: (random) => ({
    refusals: random.int(1, 7),
    rounds: random.int(1, 3),
    connections: random.pick([1, 4, 6]),
    gapMs: random.int(100, 3000),
  }),
  run: async (session, { refusals, rounds, connections, gapMs }) => {
    const { api, random } = session;
    const user = new User(session, {
      keepAlive: true,
      connections,
      agent: random.pick(['browser', 'mobile', 'program']),
    });
    for (let round = 0; round < rounds && !session.signal.aborted; round++) {
      user.useToken('expired');
      const calls = Array.from({ length: refusals }, () => api.me());
      if (connections > 1) await user.burst(calls);
      else for (const call of calls) await user.send(call);
      await user.signIn();
      for (let step = random.int(3, 12); step > 0 && !session.signal.aborted; step--) {
        await user.send(api.browse(random));
        await user.think(gapMs * 0.5, gapMs * 2);
      }
    }
    user.close();
  },
});

/** A service with a wrong key in its configuration: refused each time, it keeps to its schedule. */
const misconfigured = defineKind({
  name: 'misconfigured-service',
  pattern: null,
  tool: 'own',
  count: 30,
  maxSeconds: 60,
  draw: (random) => ({ everyMs: random.int(2000, 9000), retries: random.int(0, 2) }),
  run: async (session, { everyMs, retries }) => {
    const user = new User(session, { keepAlive: true, agent: 'program' });
    user.useToken('old-key');
    while (!session.signal.aborted) {
      for (let i = 0; i <= retries; i++) await user.send(session.api.me());
      await user.think(everyMs * 0.9, everyMs * 1.1);
    }
    user.close();
  },
});

export const SIGNING_IN: readonly ClientKind[] = [mistypedPassword, signsInOften, expiredToken, misconfigured];
