import { jsonCall } from '../http-client.js';
import { type ClientKind, defineKind } from '../kind.js';
import { inParallel, pause } from '../session.js';
import { User } from '../user.js';
import { mistyped } from './signing-in.js';

/** Two hundred users behind one address: a campus, a carrier. Each is quiet, together they are busy. */
const largeNat = defineKind({
  name: 'nat-200',
  pattern: null,
  tool: 'own',
  count: 18,
  maxSeconds: 90,
  links: ['home', 'datacentre', 'mobile'],
  draw: (random) => ({
    users: random.int(150, 220),
    thinkMs: Math.round(random.logBetween(4000, 25_000)),
    loginShare: random.between(0.05, 0.4),
    mistakeShare: random.between(0, 0.3),
    lostShare: random.between(0, 0.1),
  }),
  run: async (session, { users, thinkMs, loginShare, mistakeShare, lostShare }) => {
    const { api, random } = session;
    await inParallel(session, users, users, async () => {
      await pause(session, random.between(0, 40_000));
      const user = new User(session, { keepAlive: true, connections: 2, agent: random.pick(['browser', 'mobile']) });
      if (random.chance(0.4)) await user.burst(api.landing(random).slice(0, 4));
      if (random.chance(loginShare)) {
        const account = random.pick(api.accounts);
        if (random.chance(mistakeShare)) {
          await user.login(account.user, mistyped(random, account.password));
          await user.think(2000, 6000);
        }
        await user.login(account.user, account.password);
      } else user.rememberToken();
      for (let steps = random.int(1, 8); steps > 0 && !session.signal.aborted; steps--) {
        await user.send(random.chance(lostShare) ? api.item(api.guessedId(random)) : api.browse(random));
        await user.think(thinkMs * 0.3, thinkMs * 1.7);
      }
      user.close();
    });
  },
});

/** Monday morning in an office: several people sign in behind one address, and several get it wrong. */
const officeMistypes = defineKind({
  name: 'office-mistypes',
  pattern: null,
  tool: 'own',
  count: 48,
  maxSeconds: 80,
  draw: (random) => ({
    people: random.int(3, 25),
    mistakeShare: random.between(0.2, 0.9),
    within: random.int(5, 50),
    steps: random.int(1, 8),
  }),
  run: async (session, { people, mistakeShare, within, steps }) => {
    const { api, random } = session;
    await inParallel(session, people, people, async () => {
      await pause(session, random.between(0, within * 1000));
      const user = new User(session, { keepAlive: true, connections: 3, agent: 'browser' });
      const account = random.pick(api.accounts);
      if (random.chance(0.6)) await user.burst(api.landing(random));
      await user.think(1500, 6000);
      for (let wrong = random.chance(mistakeShare) ? random.int(1, 3) : 0; wrong > 0; wrong--) {
        await user.login(account.user, mistyped(random, account.password));
        await user.think(2000, 8000);
      }
      await user.login(account.user, account.password);
      for (let i = 0; i < steps && !session.signal.aborted; i++) {
        await user.send(api.browse(random));
        await user.think(800, 6000);
      }
      user.close();
    });
  },
});

/** A gateway with its fleet: readings of many devices over few connections, some devices unknown or with an old key. */
const gatewayFleet = defineKind({
  name: 'gateway-fleet',
  pattern: null,
  tool: 'own',
  count: 36,
  maxSeconds: 80,
  apis: ['ingest'],
  draw: (random) => ({
    devices: random.int(5, 120),
    everyMs: Math.round(random.logBetween(800, 15_000)),
    connections: random.pick([1, 2, 6]),
    aligned: random.chance(0.4),
    newShare: random.between(0, 0.1),
    renews: random.between(0, 0.1),
    batches: random.chance(0.3),
  }),
  run: async (session, { devices, everyMs, connections, aligned, newShare, renews, batches }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections, headers: { 'user-agent': 'edge-gateway/1.8' } });
    user.rememberToken();
    await inParallel(session, devices, devices, async () => {
      const id = random.chance(newShare) ? api.guessedId(random) : api.knownId(random);
      if (!aligned) await pause(session, random.between(0, everyMs));
      while (!session.signal.aborted) {
        if (random.chance(renews)) {
          await user.send(api.me());
          const account = random.pick(api.accounts);
          await user.send(api.login(account.user, account.password));
        }
        if (batches && random.chance(0.2)) await user.send(api.batch(random, random.int(5, 60)));
        else await user.send(jsonCall('POST', `/devices/${id}/readings`, { t: random.int(100, 400) / 10 }));
        if (random.chance(0.05)) await user.send(api.item(id));
        await pause(session, everyMs);
      }
    });
    user.close();
  },
});

export const CROWDS: readonly ClientKind[] = [largeNat, officeMistypes, gatewayFleet];
