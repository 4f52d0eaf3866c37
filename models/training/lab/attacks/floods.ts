import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiProfile } from '../apis/profile.js';
import { type ClientKind, defineKind } from '../kind.js';
import type { Random } from '../random.js';
import { inParallel, pause, type Session } from '../session.js';
import { drawHeaders } from '../text.js';
import { runTool } from '../tool.js';
import { User } from '../user.js';

export type Target = 'list' | 'item' | 'search' | 'health' | 'missing';

export const TARGETS: readonly Target[] = ['list', 'item', 'search', 'health', 'missing'];

export function pathOf(target: Target, api: ApiProfile, random: Random): string {
  if (target === 'list') return api.list(1).path;
  if (target === 'item') return api.item(api.knownId(random)).path;
  if (target === 'search') return api.search('wooden table').path;
  return target === 'health' ? api.health().path : '/nothing-here';
}

const url = (session: Session, target: Target): string =>
  `http://127.0.0.1:${session.port}${pathOf(target, session.api, session.random)}`;

/** As `Name: value`, for programs that take them one by one. */
const headerLines = (session: Session): string[] =>
  Object.entries(drawHeaders(session.random, 'browser'))
    .filter(([name]) => name !== 'host')
    .map(([name, value]) => `${name}: ${value}`);

export const FLOOD_LINKS: readonly string[] = ['local', 'datacentre', 'home', 'home', 'mobile'];

const wrk = defineKind({
  name: 'flood-wrk',
  pattern: 'flood',
  tool: 'wrk',
  lane: 'flood',
  count: 30,
  maxSeconds: 6,
  links: FLOOD_LINKS,
  draw: (random) => ({
    connections: random.pick([1, 2, 5, 10, 25, 50]),
    seconds: random.int(1, 3),
    keepAlive: random.chance(0.7),
    target: random.pick(TARGETS),
  }),
  run: (session, { connections, seconds, keepAlive, target }) => {
    const close = keepAlive ? [] : ['-H', 'Connection: close'];
    return runTool(session, 'wrk', [
      '-t1',
      `-c${connections}`,
      `-d${seconds}s`,
      ...close,
      ...headerLines(session).flatMap((line) => ['-H', line]),
      url(session, target),
    ]);
  },
});

const ab = defineKind({
  name: 'flood-ab',
  pattern: 'flood',
  tool: 'ab',
  lane: 'flood',
  count: 24,
  maxSeconds: 6,
  links: FLOOD_LINKS,
  draw: (random) => ({
    connections: random.pick([1, 4, 10, 30, 60]),
    requests: random.int(200, 2500),
    keepAlive: random.chance(0.5),
    target: random.pick(TARGETS),
  }),
  run: (session, { connections, requests, keepAlive, target }) => {
    const keep = keepAlive ? ['-k'] : [];
    return runTool(session, 'ab', [
      '-q',
      '-r',
      ...keep,
      '-c',
      String(connections),
      '-n',
      String(requests),
      ...headerLines(session).flatMap((line) => ['-H', line]),
      url(session, target),
    ]);
  },
});

const siege = defineKind({
  name: 'flood-siege',
  pattern: 'flood',
  tool: 'siege',
  lane: 'flood',
  count: 24,
  maxSeconds: 6,
  links: FLOOD_LINKS,
  draw: (random) => ({
    connections: random.pick([2, 5, 15, 40]),
    seconds: random.int(1, 3),
    keepAlive: random.chance(0.5),
    target: random.pick(TARGETS),
  }),
  run: async (session, { connections, seconds, keepAlive, target }) => {
    const settings = join(session.workDir, `siege-${session.port}.rc`);
    const lines = [
      `connection = ${keepAlive ? 'keep-alive' : 'close'}`,
      'logging = false',
      'verbose = false',
      'parser = false',
      'limit = 255',
      'failures = 100000',
      'protocol = HTTP/1.1',
    ];
    await writeFile(settings, `${lines.join('\n')}\n`);
    await runTool(session, 'siege', [
      '-R',
      settings,
      '-b',
      '-q',
      '-c',
      String(connections),
      '-t',
      `${seconds}S`,
      ...headerLines(session).flatMap((line) => ['-H', line]),
      url(session, target),
    ]);
  },
});

/** A flood of moderate rate, from far away or near, on one route or several. */
const steady = defineKind({
  name: 'flood-steady',
  pattern: 'flood',
  tool: 'own',
  lane: 'flood',
  count: 30,
  maxSeconds: 8,
  links: FLOOD_LINKS,
  draw: (random) => ({
    perSecond: Math.round(random.logBetween(120, 900)),
    seconds: random.int(2, 5),
    connections: random.pick([4, 10, 30, 80]),
    keepAlive: random.chance(0.6),
    target: random.pick([...TARGETS, 'login', 'mixed'] as const),
  }),
  run: async (session, { perSecond, seconds, connections, keepAlive, target }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, connections, agent: 'browser' });
    if (target === 'mixed') user.rememberToken();
    const total = Math.min(2500, perSecond * seconds);
    const path = target === 'mixed' || target === 'login' ? '' : pathOf(target, api, random);
    const everyMs = (connections * 1000) / perSecond;
    await inParallel(session, connections, total, async () => {
      const sentAt = performance.now();
      if (target === 'login') await user.send(api.login('nobody', 'nothing'));
      else await user.send(target === 'mixed' ? api.browse(random) : { method: 'GET', path });
      await pause(session, everyMs - (performance.now() - sentAt));
    });
    user.close();
  },
});

export const FLOODS: readonly ClientKind[] = [wrk, ab, siege, steady];
