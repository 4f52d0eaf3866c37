import { type ClientKind, defineKind } from '../kind.js';
import { pause } from '../session.js';
import { commonPassword } from '../text.js';
import { User } from '../user.js';
import { someone } from './spraying.js';

/** Of one burst: all addresses of a campaign should have their turn. */
const MOST_TRIES = 40;

type Agent = 'browser' | 'program';

/** Leaked pairs over several addresses, each try from the next one. */
const rotating = defineKind({
  name: 'credential-stuffing-rotating',
  pattern: 'credential-stuffing',
  tool: 'own-rotating',
  count: 18,
  maxSeconds: 90,
  draw: (random) => ({
    addresses: random.int(3, 10),
    triesEach: random.int(6, 40),
    gapMs: Math.round(random.logBetween(50, 3000)),
    knownShare: random.between(0, 1),
    hitShare: random.pick([0, 0.01, 0.05]),
    burst: random.pick([1, 1, 3, 8]),
    agent: random.pick<Agent>(['browser', 'program']),
  }),
  addresses: ({ addresses }) => addresses,
  run: async (session, { addresses, triesEach, gapMs, knownShare, hitShare, burst, agent }) => {
    const { api, random } = session;
    const users = session.ports.map((port) => new User(session, { keepAlive: random.chance(0.5), agent, port }));
    for (let i = 0; i < addresses * triesEach && !session.signal.aborted; i++) {
      const user = users[Math.floor(i / burst) % addresses];
      const hit = random.chance(hitShare) ? random.pick(api.accounts) : null;
      await user?.login(hit?.user ?? someone(random, api, knownShare), hit?.password ?? commonPassword(random));
      await pause(session, random.between(gapMs * 0.4, gapMs * 1.6) / addresses);
    }
    for (const user of users) user.close();
  },
});

/** Finds out how many tries are let through: bursts that grow, a rest, headers that claim other addresses; then the next address. */
const limitProbing = defineKind({
  name: 'rate-limit-probing',
  pattern: 'brute-force',
  tool: 'own-rotating',
  count: 18,
  maxSeconds: 150,
  draw: (random) => ({
    addresses: random.int(2, 6),
    bursts: random.int(2, 5),
    growth: random.between(1.3, 2.5),
    restMs: Math.round(random.logBetween(300, 3000)),
    gapMs: random.pick([0, 50, 300, 1000]),
    claimsAddresses: random.chance(0.5),
    secret: random.pick(['password', 'code'] as const),
  }),
  addresses: ({ addresses }) => addresses,
  run: async (session, { bursts, growth, restMs, gapMs, claimsAddresses, secret }) => {
    const { api, random } = session;
    const victim = random.pick(api.accounts).user;
    for (const port of session.ports) {
      const user = new User(session, { keepAlive: random.chance(0.5), agent: 'program', port });
      let size = random.int(2, 6);
      for (let burst = 0; burst < bursts && !session.signal.aborted; burst++) {
        for (let i = 0; i < size && !session.signal.aborted; i++) {
          const claim = { 'x-forwarded-for': `10.${random.int(0, 255)}.${random.int(0, 255)}.${random.int(1, 254)}` };
          const call = secret === 'code' ? api.redeem(random.hex(6)) : api.login(victim, commonPassword(random));
          await user.send(claimsAddresses ? { ...call, headers: { ...call.headers, ...claim } } : call);
          await pause(session, gapMs);
        }
        size = Math.min(MOST_TRIES, Math.ceil(size * growth));
        await pause(session, random.between(restMs * 0.7, restMs * 1.3));
      }
      user.close();
    }
  },
});

export const ROTATING_ADDRESSES: readonly ClientKind[] = [rotating, limitProbing];
