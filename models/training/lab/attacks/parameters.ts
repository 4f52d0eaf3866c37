import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { operation } from '../apis/graphql-profile.js';
import { type ClientKind, defineKind } from '../kind.js';
import type { Random } from '../random.js';
import { inParallel, pause } from '../session.js';
import { word } from '../text.js';
import { runTool } from '../tool.js';
import { User } from '../user.js';
import { PAYLOADS, SCAN_PATHS } from './payloads.js';

/** Names that lists of hidden parameters share. */
const NAMES: readonly string[] =
  `debug admin test dev user user_id id uid role is_admin access token key secret callback redirect url next return file path
  template cmd exec query filter sort order limit offset page format lang locale view mode action do func include
  internal preview draft version v source ref from to email name password pass login session auth config env trace`.split(
    /\s+/,
  );

const hiddenName = (random: Random): string =>
  random.chance(0.6) ? random.pick(NAMES) : `${word(random)}${random.pick(['', '_id', '2', 'Name'])}`;

/** Looks for parameters that nobody documented, one name after the other on one route. */
const names = defineKind({
  name: 'probing-parameter-names',
  pattern: 'probing',
  tool: 'own',
  count: 36,
  maxSeconds: 70,
  draw: (random) => ({
    requests: random.int(25, 140),
    gapMs: random.pick([0, 30, 150, 700, 2500]),
    width: random.pick([1, 1, 3]),
    routes: random.int(1, 3),
    value: random.pick(['1', 'true', 'payload', "'"]),
    keepAlive: random.chance(0.6),
  }),
  run: async (session, { requests, gapMs, width, routes, value, keepAlive }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, connections: width, agent: random.pick(['browser', 'program']) });
    if (random.chance(0.5)) user.rememberToken();
    const places = Array.from({ length: routes }, () => random.pick(api.injectable).split('?')[0] ?? '/');
    await inParallel(session, width, requests, async () => {
      const text = value === 'payload' ? random.pick(PAYLOADS) : value;
      const path = random.pick(places).replace('FUZZ', word(random));
      await user.send({ method: 'GET', path: `${path}?${hiddenName(random)}=${encodeURIComponent(text)}` });
      await pause(session, random.between(gapMs * 0.5, gapMs * 1.5));
    });
    user.close();
  },
});

/** ffuf over parameter names, or over values with payloads in them. */
const ffuf = defineKind({
  name: 'probing-ffuf-parameters',
  pattern: 'probing',
  tool: 'ffuf',
  lane: 'tool',
  count: 12,
  maxSeconds: 18,
  draw: (random) => ({
    words: random.int(50, 250),
    threads: random.pick([1, 2, 8, 20]),
    delay: random.pick(['', '0.02-0.1', '0.3']),
    values: random.chance(0.5),
  }),
  run: async (session, { words: count, threads, delay, values }) => {
    const { api, random, port } = session;
    const file = join(session.workDir, `names-${port}.txt`);
    const entry = (): string => (values ? encodeURIComponent(random.pick(PAYLOADS)) : hiddenName(random));
    await writeFile(file, Array.from({ length: count }, entry).join('\n'));
    const place = random.pick(api.injectable);
    const path = values ? place : `${place.split('?')[0]?.replace('FUZZ', word(random))}?FUZZ=1`;
    const pace = delay === '' ? [] : ['-p', delay];
    const manner = ['-s', '-w', file, '-t', String(threads), '-maxtime', '16', ...pace];
    await runTool(session, 'ffuf', [...manner, '-u', `http://127.0.0.1:${port}${path}`]);
  },
});

/** Paths and payloads, one every few seconds, with the looks of a visitor between them. */
const patient = defineKind({
  name: 'probing-patient',
  pattern: 'probing',
  tool: 'own',
  count: 36,
  maxSeconds: 170,
  draw: (random) => ({
    gapMs: random.int(2500, 10_000),
    payloadShare: random.between(0, 1),
    visits: random.pick([0, 0, 0.2, 0.4]),
    keepAlive: random.chance(0.4),
  }),
  run: async (session, { gapMs, payloadShare, visits, keepAlive }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, agent: 'browser' });
    while (!session.signal.aborted) {
      const payload = encodeURIComponent(random.pick(PAYLOADS));
      const path = random.chance(payloadShare)
        ? random.pick(api.injectable).replace('FUZZ', payload)
        : `/${random.pick(SCAN_PATHS)}`;
      await user.send(random.chance(visits) ? api.browse(random) : { method: 'GET', path });
      await pause(session, random.between(gapMs * 0.5, gapMs * 1.5));
    }
    user.close();
  },
});

/** Feels its way into a GraphQL schema: introspection, field names, depth, payloads in arguments. */
const graphql = defineKind({
  name: 'probing-graphql',
  pattern: 'probing',
  tool: 'own',
  count: 30,
  maxSeconds: 70,
  apis: ['graphql'],
  draw: (random) => ({
    requests: random.int(20, 90),
    gapMs: random.pick([0, 50, 300, 1500]),
    introspects: random.between(0.05, 0.3),
    payloads: random.between(0.2, 0.6),
    depth: random.int(3, 40),
    keepAlive: random.chance(0.6),
  }),
  run: async (session, { requests, gapMs, introspects, payloads, depth, keepAlive }) => {
    const { random } = session;
    const user = new User(session, { keepAlive, agent: random.pick(['browser', 'program']) });
    for (let i = 0; i < requests && !session.signal.aborted; i++) {
      if (random.chance(introspects)) await user.send(operation('{ __schema { types { name fields { name } } } }'));
      else if (random.chance(payloads))
        await user.send(
          operation('query($text: String) { search(text: $text) { id } }', { text: random.pick(PAYLOADS) }),
        );
      else if (random.chance(0.3))
        await user.send(operation(`{ ${'artist { albums { '.repeat(depth)}id${' } }'.repeat(depth)} }`));
      else await user.send(operation(`{ ${hiddenName(random)}s { ${hiddenName(random)} } }`));
      await pause(session, random.between(gapMs * 0.5, gapMs * 1.5));
    }
    user.close();
  },
});

export const PARAMETERS: readonly ClientKind[] = [names, ffuf, patient, graphql];
