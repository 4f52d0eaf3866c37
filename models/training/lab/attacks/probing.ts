import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClientKind, defineKind } from '../kind.js';
import type { Random } from '../random.js';
import { inParallel, pause } from '../session.js';
import { userAgent, word } from '../text.js';
import { runTool } from '../tool.js';
import { User } from '../user.js';
import { PAYLOADS, SCAN_PATHS } from './payloads.js';

function scanList(random: Random, count: number): string[] {
  const made = (): string => `${word(random)}${random.pick(['', '/', '.php', '.bak', '.json', '/admin', '2', '_old'])}`;
  return Array.from({ length: count }, () => (random.chance(0.6) ? random.pick(SCAN_PATHS) : made()));
}

/** ffuf over a list of paths. */
const pathScan = defineKind({
  name: 'probing-ffuf-paths',
  pattern: 'probing',
  tool: 'ffuf',
  lane: 'tool',
  count: 18,
  maxSeconds: 18,
  draw: (random) => ({
    paths: random.int(60, 300),
    threads: random.pick([1, 2, 5, 20, 40]),
    delay: random.pick(['', '', '0.02-0.1', '0.2']),
    browserAgent: random.chance(0.5),
  }),
  run: async (session, { paths, threads, delay, browserAgent }) => {
    const file = join(session.workDir, `paths-${session.port}.txt`);
    await writeFile(file, scanList(session.random, paths).join('\n'));
    const agent = browserAgent ? ['-H', `User-Agent: ${userAgent(session.random, 'browser')}`] : [];
    const pace = delay === '' ? [] : ['-p', delay];
    await runTool(session, 'ffuf', [
      '-s',
      '-w',
      file,
      '-t',
      String(threads),
      ...pace,
      ...agent,
      '-maxtime',
      '16',
      '-u',
      `http://127.0.0.1:${session.port}/FUZZ`,
    ]);
  },
});

/** The same by script, at human and at program speed. */
const pathScript = defineKind({
  name: 'probing-paths-script',
  pattern: 'probing',
  tool: 'own',
  count: 42,
  maxSeconds: 70,
  draw: (random) => ({
    paths: random.int(20, 150),
    gapMs: random.pick([0, 0, 30, 150, 600, 2000]),
    width: random.pick([1, 1, 3]),
    keepAlive: random.chance(0.5),
    browserAgent: random.chance(0.6),
    mixed: random.pick([0, 0, 0.2]),
  }),
  run: async (session, { paths, gapMs, width, keepAlive, browserAgent, mixed }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, connections: width, agent: browserAgent ? 'browser' : 'program' });
    const list = scanList(random, paths);
    await inParallel(session, width, paths, async (index) => {
      const path = `/${list[index] ?? ''}`;
      await user.send(
        random.chance(mixed) ? api.browse(random) : { method: random.chance(0.15) ? 'HEAD' : 'GET', path },
      );
      await pause(session, random.between(gapMs * 0.5, gapMs * 1.5));
    });
    user.close();
  },
});

/** sqlmap on a parameter, a path or the login, at three levels and with each of its techniques. */
const sqlmap = defineKind({
  name: 'probing-sqlmap',
  pattern: 'probing',
  tool: 'sqlmap',
  lane: 'tool',
  count: 24,
  maxSeconds: 24,
  draw: (random) => ({
    level: random.pick([1, 1, 2, 3]),
    risk: random.pick([1, 1, 2, 3]),
    technique: random.pick(['B', 'E', 'U', 'S', 'T', 'BE', 'BEUSQ', 'BEUSTQ']),
    delay: random.pick([0, 0, 0, 0.2, 1]),
    randomAgent: random.chance(0.5),
    target: random.pick(['query', 'query', 'path', 'login']),
    threads: random.pick([1, 1, 4]),
    signedIn: random.chance(0.7),
  }),
  run: async (session, { level, risk, technique, delay, randomAgent, target, threads, signedIn }) => {
    const { api, random } = session;
    const base = `http://127.0.0.1:${session.port}`;
    const { path, user, password } = api.loginForm;
    const place =
      target === 'login'
        ? ['-u', base + path, '--data', `${user}=a&${password}=b`, '-p', user]
        : target === 'path'
          ? ['-u', `${base}${api.item(`${api.knownId(random)}*`).path}`]
          : ['-u', base + (api.injectable[0] ?? '/').replace('FUZZ', word(random))];
    const manner = [
      '--batch',
      '--flush-session',
      '--output-dir',
      join(session.workDir, `sqlmap-${session.port}`),
      '--threads',
      String(threads),
      '--retries',
      '0',
      '--ignore-code',
      '401,404',
    ];
    const pace = delay === 0 ? [] : ['--delay', String(delay)];
    const token = signedIn ? ['-H', `Authorization: Bearer ${api.tokenFor(random.pick(api.accounts).user)}`] : [];
    await runTool(session, 'sqlmap', [
      ...place,
      ...token,
      ...manner,
      ...pace,
      ...(randomAgent ? ['--random-agent'] : []),
      '--level',
      String(level),
      '--risk',
      String(risk),
      '--technique',
      technique,
    ]);
  },
});

/** Payload after payload into every parameter. */
const parameterScan = defineKind({
  name: 'probing-parameters',
  pattern: 'probing',
  tool: 'own',
  count: 42,
  maxSeconds: 60,
  draw: (random) => ({
    requests: random.int(10, 100),
    gapMs: random.pick([0, 50, 200, 800, 2500]),
    width: random.pick([1, 1, 4]),
    keepAlive: random.chance(0.5),
    payloadShare: random.pick([1, 1, 0.7, 0.4]),
    browserAgent: random.chance(0.6),
  }),
  run: async (session, { requests, gapMs, width, keepAlive, payloadShare, browserAgent }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, connections: width, agent: browserAgent ? 'browser' : 'program' });
    await inParallel(session, width, requests, async () => {
      const value = random.chance(payloadShare)
        ? random.pick(PAYLOADS)
        : random.pick([word(random), "'", '"', '0', '-1', '99999999', '%00', 'true']);
      const path = random.pick(api.injectable).replace('FUZZ', encodeURIComponent(value));
      await user.send({ method: 'GET', path });
      await pause(session, random.between(gapMs * 0.5, gapMs * 1.5));
    });
    user.close();
  },
});

/** Looks around as a user does, tries a few things, then uses what it found. */
const probeThenExploit = defineKind({
  name: 'probe-then-exploit',
  pattern: 'probing',
  tool: 'own',
  count: 42,
  maxSeconds: 60,
  draw: (random) => ({
    looks: random.int(0, 6),
    probes: random.int(2, 10),
    exploits: random.int(2, 15),
    gapMs: random.pick([20, 200, 1000, 3000]),
  }),
  run: async (session, { looks, probes, exploits, gapMs }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, agent: 'browser' });
    user.rememberToken();
    const place = random.pick(api.injectable);
    const wait = (): Promise<void> => pause(session, random.between(gapMs * 0.5, gapMs * 1.5));
    for (let i = 0; i < looks; i++) {
      await user.send(api.browse(random));
      await wait();
    }
    for (let i = 0; i < probes; i++) {
      await user.send({
        method: 'GET',
        path: random.pick([
          place.replace('FUZZ', encodeURIComponent(random.pick(["'", '"', '<', '{{', '..', '\\']))),
          `/${random.pick(SCAN_PATHS)}`,
        ]),
      });
      await wait();
    }
    for (let i = 0; i < exploits && !session.signal.aborted; i++) {
      await user.send({ method: 'GET', path: place.replace('FUZZ', encodeURIComponent(random.pick(PAYLOADS))) });
      await wait();
    }
    user.close();
  },
});

export const PROBING: readonly ClientKind[] = [pathScan, pathScript, sqlmap, parameterScan, probeThenExploit];
