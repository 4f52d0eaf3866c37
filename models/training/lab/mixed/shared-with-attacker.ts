import type { BehaviourPattern } from '@api-security/core';
import { PAYLOADS, SCAN_PATHS } from '../attacks/payloads.js';
import type { Call } from '../http-client.js';
import { type ClientKind, defineKind } from '../kind.js';
import { inParallel, pause, type Session } from '../session.js';
import { commonPassword, strangeMail } from '../text.js';
import { User } from '../user.js';

/** One request of the attacker; `n` counts them. */
type AttackCall = (session: Session, n: number, victim: string) => Call;

/** How many requests of the attacker stand between those of the users: odd ones, a try, or for long. */
const ATTACK_REQUESTS: readonly number[] = [1, 1, 3, 3, 10, 10, 40, 120];

/**
 * One address with users and, for part of the time, one attacker. The attacker sends in turns of a few requests, during
 * which nobody else does.
 */
const shared = (name: string, pattern: BehaviourPattern, call: AttackCall): ClientKind =>
  defineKind({
    name,
    pattern,
    tool: 'own-mixed',
    count: 42,
    maxSeconds: 100,
    mixed: true,
    draw: (random) => ({
      users: random.pick([1, 1, 2, 5, 15, 40]),
      thinkMs: Math.round(random.logBetween(800, 6000)),
      attackRequests: random.pick(ATTACK_REQUESTS),
      requestsPerTurn: random.pick([1, 2, 5, 10, 20]),
      attackGapMs: random.pick([0, 20, 100, 400]),
      turnGapMs: Math.round(random.logBetween(50, 4000)),
      startsAfterMs: random.int(3000, 15_000),
      goesOnMs: random.int(8000, 25_000),
      signsIn: random.between(0, 0.4),
      separateConnection: random.chance(0.7),
    }),
    run: async (session, settings) => {
      const { random, turns } = session;
      const { users, thinkMs, attackRequests, requestsPerTurn, attackGapMs, turnGapMs, startsAfterMs } = settings;
      // The recorder keeps some hundred steps of an address: many users are slower ones, or the attack comes after the end.
      const pauseMs = thinkMs * Math.max(1, users / 2);
      let over = false;
      const first = new User(session, { keepAlive: true, connections: 3, agent: 'browser' });
      const people = inParallel(session, users, users, async (index) => {
        await pause(session, random.between(0, Math.min(8000, pauseMs)));
        const user = index === 0 ? first : new User(session, { keepAlive: true, connections: 3, agent: 'browser' });
        const account = random.pick(session.api.accounts);
        if (random.chance(settings.signsIn)) await turns.benign(() => user.login(account.user, account.password));
        else user.rememberToken();
        while (!over && !session.signal.aborted) {
          const calls = Array.from({ length: random.pick([1, 1, 2, 4]) }, () => session.api.browse(random));
          await turns.benign(() => user.burst(calls));
          await user.think(pauseMs * 0.4, pauseMs * 2);
        }
        if (user !== first) user.close();
      });
      await pause(session, startsAfterMs);
      const attacker = settings.separateConnection
        ? new User(session, { keepAlive: random.chance(0.5), agent: random.pick(['browser', 'program']) })
        : first;
      const victim = random.pick(session.api.accounts).user;
      for (let sent = 0; sent < attackRequests && !session.signal.aborted; ) {
        await turns.attack(async () => {
          const end = Math.min(attackRequests, sent + requestsPerTurn);
          while (sent < end && !session.signal.aborted) {
            await attacker.send(call(session, sent++, victim));
            if (sent < end) await pause(session, attackGapMs);
          }
        });
        if (sent < attackRequests) await pause(session, turnGapMs);
      }
      await pause(session, settings.goesOnMs);
      over = true;
      await people;
      first.close();
      if (attacker !== first) attacker.close();
    },
  });

export const MIXED: readonly ClientKind[] = [
  shared('mixed-brute-force', 'brute-force', ({ api, random }, _n, victim) =>
    api.login(victim, commonPassword(random)),
  ),
  shared('mixed-credential-stuffing', 'credential-stuffing', ({ api, random }) =>
    api.login(random.chance(0.5) ? random.pick(api.accounts).user : strangeMail(random), commonPassword(random)),
  ),
  shared('mixed-enumeration', 'enumeration', ({ api, random }, n) =>
    api.item(n % 3 === 0 ? api.guessedId(random) : api.countedId(700 + n)),
  ),
  shared('mixed-payloads', 'probing', ({ api, random }) => ({
    method: 'GET',
    path: random.pick(api.injectable).replace('FUZZ', encodeURIComponent(random.pick(PAYLOADS))),
  })),
  shared('mixed-path-scan', 'probing', ({ random }) => ({ method: 'GET', path: `/${random.pick(SCAN_PATHS)}` })),
];
