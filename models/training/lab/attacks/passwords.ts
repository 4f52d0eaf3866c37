import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClientKind, defineKind } from '../kind.js';
import { inParallel, pause, type Session } from '../session.js';
import { commonPassword, strangeMail } from '../text.js';
import { runTool } from '../tool.js';
import { User } from '../user.js';

type Agent = 'browser' | 'program';

/** Guesses one account's password; sometimes a second account's as well. */
const bruteForce = defineKind({
  name: 'brute-force-script',
  pattern: 'brute-force',
  tool: 'own',
  count: 48,
  maxSeconds: 60,
  draw: (random) => ({
    tries: random.int(15, 120),
    gapMs: random.pick([0, 0, 20, 100, 300, 1000]),
    width: random.pick([1, 1, 2, 4, 8]),
    keepAlive: random.chance(0.5),
    agent: random.pick<Agent>(['browser', 'program']),
    accounts: random.pick([1, 1, 1, 2]),
    looksAtPage: random.chance(0.2),
  }),
  run: async (session, { tries, gapMs, width, keepAlive, agent, accounts, looksAtPage }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, connections: width, agent });
    const victims = Array.from({ length: accounts }, () => random.pick(api.accounts).user);
    await inParallel(session, width, tries, async (index) => {
      if (looksAtPage && index % 5 === 0) await user.send(api.landing(random)[0] ?? api.health());
      await user.login(victims[index % accounts] ?? '', commonPassword(random));
      await pause(session, random.between(gapMs * 0.6, gapMs * 1.4));
    });
    user.close();
  },
});

/** The same, patient: one try each 2 to 10 seconds. */
const slowBruteForce = defineKind({
  name: 'brute-force-slow',
  pattern: 'brute-force',
  tool: 'own',
  count: 36,
  maxSeconds: 100,
  draw: (random) => ({
    gapMs: random.int(2000, 9000),
    keepAlive: random.chance(0.5),
    agent: random.pick<Agent>(['browser', 'program']),
    jitter: random.between(0, 0.8),
  }),
  run: async (session, { gapMs, keepAlive, agent, jitter }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, agent });
    const victim = random.pick(api.accounts).user;
    while (!session.signal.aborted) {
      await user.login(victim, commonPassword(random));
      await pause(session, gapMs * random.between(1 - jitter, 1 + jitter));
    }
    user.close();
  },
});

async function passwordFile(session: Session, count: number): Promise<string> {
  const file = join(session.workDir, `passwords-${session.port}.txt`);
  await writeFile(file, Array.from({ length: count }, () => commonPassword(session.random)).join('\n'));
  return file;
}

/** hydra's form module. */
const hydra = defineKind({
  name: 'brute-force-hydra',
  pattern: 'brute-force',
  tool: 'hydra',
  lane: 'tool',
  count: 18,
  maxSeconds: 22,
  draw: (random) => ({
    tries: random.int(30, 160),
    tasks: random.pick([1, 2, 4, 8, 16]),
    waitSeconds: random.pick([0, 0, 0, 1]),
    encoded: 'form',
  }),
  run: async (session, { tries, tasks, waitSeconds }) => {
    const { api, random } = session;
    const { path, user, password, failure } = api.loginForm;
    const victim = random.pick(api.accounts).user;
    const form = `${path}:${user}=^USER^&${password}=^PASS^:${failure}`;
    const pace = waitSeconds === 0 ? [] : ['-c', String(waitSeconds)];
    const file = await passwordFile(session, tries);
    const options = ['-I', '-K', '-l', victim, '-P', file, '-s', String(session.port), '-t', String(tasks), ...pace];
    await runTool(session, 'hydra', [...options, '127.0.0.1', 'http-post-form', form]);
  },
});

/** Leaked pairs, tried once each: many accounts, few tries, now and then a hit that is looked into. */
const stuffing = defineKind({
  name: 'credential-stuffing-script',
  pattern: 'credential-stuffing',
  tool: 'own',
  count: 54,
  maxSeconds: 70,
  draw: (random) => ({
    tries: random.int(20, 150),
    gapMs: random.pick([0, 30, 150, 500, 1500, 3000]),
    width: random.pick([1, 1, 3, 6]),
    keepAlive: random.chance(0.4),
    agent: random.pick<Agent>(['browser', 'program']),
    hitShare: random.pick([0, 0.01, 0.03, 0.08]),
    knownShare: random.between(0, 1),
    looksAround: random.chance(0.5),
  }),
  run: async (session, { tries, gapMs, width, keepAlive, agent, hitShare, knownShare, looksAround }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, connections: width, agent });
    await inParallel(session, width, tries, async () => {
      const known = random.pick(api.accounts);
      const hit = random.chance(hitShare);
      const name = hit || random.chance(knownShare) ? known.user : strangeMail(random);
      const entered = await user.login(name, hit ? known.password : commonPassword(random));
      if (entered && looksAround) {
        await user.send(api.me());
        user.useToken(null);
      }
      await pause(session, random.between(gapMs * 0.5, gapMs * 1.5));
    });
    user.close();
  },
});

/** hydra with a list of pairs. */
const hydraPairs = defineKind({
  name: 'credential-stuffing-hydra',
  pattern: 'credential-stuffing',
  tool: 'hydra',
  lane: 'tool',
  count: 12,
  maxSeconds: 20,
  draw: (random) => ({ pairs: random.int(30, 140), tasks: random.pick([1, 3, 8]), knownShare: random.between(0, 1) }),
  run: async (session, { pairs, tasks, knownShare }) => {
    const { api, random } = session;
    const { path, user, password, failure } = api.loginForm;
    const file = join(session.workDir, `pairs-${session.port}.txt`);
    const name = (): string => (random.chance(knownShare) ? random.pick(api.accounts).user : strangeMail(random));
    await writeFile(file, Array.from({ length: pairs }, () => `${name()}:${commonPassword(random)}`).join('\n'));
    const form = `${path}:${user}=^USER^&${password}=^PASS^:${failure}`;
    const options = ['-I', '-K', '-C', file, '-s', String(session.port), '-t', String(tasks)];
    await runTool(session, 'hydra', [...options, '127.0.0.1', 'http-post-form', form]);
  },
});

export const PASSWORDS: readonly ClientKind[] = [bruteForce, slowBruteForce, hydra, stuffing, hydraPairs];
