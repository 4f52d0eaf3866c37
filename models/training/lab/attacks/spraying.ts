import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiProfile } from '../apis/profile.js';
import { type ClientKind, defineKind } from '../kind.js';
import type { Random } from '../random.js';
import { inParallel, pause, type Session } from '../session.js';
import { commonPassword, strangeMail } from '../text.js';
import { runTool } from '../tool.js';
import { User } from '../user.js';

type Agent = 'browser' | 'program';

/** An account that exists, with this probability, or a stranger's address. */
export const someone = (random: Random, api: ApiProfile, knownShare: number): string =>
  random.chance(knownShare) ? random.pick(api.accounts).user : strangeMail(random);

type Spraying = {
  readonly gapMs: number;
  readonly width: number;
  readonly accounts: number;
  readonly passwords: number;
  readonly knownShare: number;
  readonly keepAlive: boolean;
  readonly agent: Agent;
  readonly readsPage: boolean;
};

/** One password over many accounts, then the next one. */
async function spray(session: Session, settings: Spraying): Promise<void> {
  const { api, random } = session;
  const { gapMs, width, accounts, passwords, knownShare, keepAlive, agent, readsPage } = settings;
  const user = new User(session, { keepAlive, connections: width, agent });
  const names = Array.from({ length: accounts }, () => someone(random, api, knownShare));
  for (let round = 0; round < passwords && !session.signal.aborted; round++) {
    const password = random.pick(['Winter2025!', 'Spring2026!', 'Welcome1', 'Company123', commonPassword(random)]);
    await inParallel(session, width, accounts, async (index) => {
      if (readsPage && random.chance(0.3)) await user.send(api.landing(random)[0] ?? api.health());
      await user.login(names[index] ?? '', password);
      await pause(session, random.between(gapMs * 0.6, gapMs * 1.4));
    });
  }
  user.close();
}

const spraying = defineKind({
  name: 'password-spraying',
  pattern: 'credential-stuffing',
  tool: 'own',
  count: 42,
  maxSeconds: 60,
  draw: (random) => ({
    gapMs: random.pick([0, 20, 100, 400, 1000]),
    width: random.pick([1, 1, 2, 5]),
    accounts: random.int(15, 90),
    passwords: random.int(1, 3),
    knownShare: random.between(0, 1),
    keepAlive: random.chance(0.5),
    agent: random.pick<Agent>(['browser', 'program']),
    readsPage: random.chance(0.2),
  }),
  run: spray,
});

/** The same with a try every 3 to 15 seconds. */
const slowSpraying = defineKind({
  name: 'password-spraying-slow',
  pattern: 'credential-stuffing',
  tool: 'own',
  count: 30,
  maxSeconds: 200,
  draw: (random) => ({
    gapMs: random.pick([3000, 5000, 8000, 10_000, 15_000]),
    width: 1,
    accounts: random.int(14, 60),
    passwords: 2,
    knownShare: random.between(0, 1),
    keepAlive: random.chance(0.3),
    agent: random.pick<Agent>(['browser', 'program']),
    readsPage: random.chance(0.2),
  }),
  run: spray,
});

/** One account, a try every 10 to 30 seconds: below what counters of a minute see. */
const patient = defineKind({
  name: 'brute-force-patient',
  pattern: 'brute-force',
  tool: 'own',
  count: 42,
  maxSeconds: 480,
  draw: (random) => ({
    gapMs: random.pick([10_000, 10_000, 15_000, 20_000, 30_000, 30_000]),
    jitter: random.between(0, 0.4),
    keepAlive: random.chance(0.3),
    agent: random.pick<Agent>(['browser', 'program']),
    readsPage: random.chance(0.2),
  }),
  run: async (session, { gapMs, jitter, keepAlive, agent, readsPage }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, agent });
    const victim = random.pick(api.accounts).user;
    // Sixteen tries fill a window of the model.
    for (let tries = 0; tries < 18 && !session.signal.aborted; tries++) {
      if (readsPage) await user.send(api.landing(random)[0] ?? api.health());
      await user.login(victim, commonPassword(random));
      await pause(session, gapMs * random.between(1 - jitter, 1 + jitter));
    }
    user.close();
  },
});

/** ffuf on the sign-in: one account and a list of passwords, or one password and a list of accounts. */
const loginFfuf = (name: string, sprays: boolean): ClientKind =>
  defineKind({
    name,
    pattern: sprays ? 'credential-stuffing' : 'brute-force',
    tool: 'ffuf',
    lane: 'tool',
    count: 12,
    maxSeconds: 18,
    draw: (random) => ({
      tries: random.int(25, 160),
      threads: random.pick([1, 2, 6, 15]),
      delay: random.pick(['', '0.05-0.3', '0.5']),
      knownShare: random.between(0, 1),
    }),
    run: async (session, { tries, threads, delay, knownShare }) => {
      const { api, random } = session;
      const call = sprays ? api.login('FUZZ', 'Winter2025!') : api.login(random.pick(api.accounts).user, 'FUZZ');
      const file = join(session.workDir, `tries-${session.port}.txt`);
      const value = (): string => (sprays ? someone(random, api, knownShare) : commonPassword(random));
      await writeFile(file, Array.from({ length: tries }, value).join('\n'));
      const headers = Object.entries(call.headers ?? {}).flatMap(([key, text]) => ['-H', `${key}: ${text}`]);
      const pace = delay === '' ? [] : ['-p', delay];
      const manner = ['-s', '-w', file, '-t', String(threads), '-maxtime', '16', '-X', 'POST', ...pace, ...headers];
      const url = `http://127.0.0.1:${session.port}${call.path}`;
      await runTool(session, 'ffuf', [...manner, '-d', String(call.body), '-u', url]);
    },
  });

export const SPRAYING: readonly ClientKind[] = [
  spraying,
  slowSpraying,
  patient,
  loginFfuf('brute-force-ffuf', false),
  loginFfuf('password-spraying-ffuf', true),
];
