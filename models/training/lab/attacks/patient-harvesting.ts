import { get } from '../http-client.js';
import { type ClientKind, defineKind } from '../kind.js';
import { inParallel, pause } from '../session.js';
import { userAgent } from '../text.js';
import { runTool } from '../tool.js';
import { User } from '../user.js';

/** Made-up UUIDs of the right form: nearly all of them are nobody's. */
const uuids = defineKind({
  name: 'enumeration-uuid',
  pattern: 'enumeration',
  tool: 'own',
  count: 36,
  maxSeconds: 70,
  apis: ['shop', 'account', 'ingest', 'files', 'chat'],
  draw: (random) => ({
    requests: random.int(25, 160),
    gapMs: random.pick([0, 30, 150, 600, 2000]),
    width: random.pick([1, 1, 2, 5]),
    version: random.pick(['4', '1', '7'] as const),
    hitShare: random.pick([0, 0, 0.03, 0.1]),
    keepAlive: random.chance(0.6),
    signedIn: random.chance(0.8),
  }),
  run: async (session, { requests, gapMs, width, version, hitShare, keepAlive, signedIn }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, connections: width, agent: random.pick(['browser', 'program']) });
    if (signedIn) user.rememberToken();
    const base = random.hex(6);
    const made = (n: number): string => {
      if (version === '4') return random.uuid();
      // The others carry a time: neighbours share nearly everything.
      const low = (n * 13 + 4096).toString(16).padStart(4, '0').slice(-4);
      return `${base}${low.slice(0, 2)}-${low}-${version}${random.hex(3)}-9c1d-${random.hex(12)}`;
    };
    await inParallel(session, width, requests, async (index) => {
      await user.send(api.item(random.chance(hitShare) ? api.knownId(random) : made(index)));
      await pause(session, random.between(gapMs * 0.5, gapMs * 1.5));
    });
    user.close();
  },
});

/** Identifiers in order, or any, one every few seconds; some look at other things between. */
const slowEnumeration = defineKind({
  name: 'enumeration-patient',
  pattern: 'enumeration',
  tool: 'own',
  count: 36,
  maxSeconds: 160,
  draw: (random) => ({
    gapMs: random.int(2500, 9000),
    order: random.pick(['counted', 'guessed', 'shuffled'] as const),
    start: random.int(0, 900),
    besides: random.pick([0, 0, 0.15]),
    keepAlive: random.chance(0.4),
  }),
  run: async (session, { gapMs, order, start, besides, keepAlive }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, agent: random.pick(['browser', 'program']) });
    user.rememberToken();
    for (let i = 0; !session.signal.aborted; i++) {
      const n = order === 'shuffled' ? start + random.int(0, 4000) : start + i;
      await user.send(api.item(order === 'guessed' ? api.guessedId(random) : api.countedId(n)));
      if (random.chance(besides)) await user.send(api.browse(random));
      await pause(session, random.between(gapMs * 0.5, gapMs * 1.5));
    }
    user.close();
  },
});

/** curl with a range of numbers in the address, one after the other over one connection. */
const curl = defineKind({
  name: 'enumeration-curl',
  pattern: 'enumeration',
  tool: 'curl',
  lane: 'tool',
  count: 12,
  maxSeconds: 25,
  draw: (random) => ({
    ids: random.int(30, 200),
    start: random.int(0, 900),
    perMinute: random.pick([0, 0, 0, 600, 150]),
    named: random.chance(0.4),
    signedIn: random.chance(0.6),
  }),
  run: async (session, { ids, start, perMinute, named, signedIn }) => {
    const { api, random, port } = session;
    const list = Array.from({ length: ids }, (_, n) => api.countedId(start + n)).join(',');
    const url = `http://127.0.0.1:${port}${api.item('IDS').path.replace('IDS', `{${list}}`)}`;
    const pace = perMinute === 0 ? [] : ['--rate', `${perMinute}/m`];
    const agent = named ? ['-A', userAgent(random, 'browser')] : [];
    const token = signedIn ? ['-H', `Authorization: Bearer ${api.tokenFor(random.pick(api.accounts).user)}`] : [];
    await runTool(session, 'curl', ['-s', '-o', '/dev/null', ...pace, ...agent, ...token, url]);
  },
});

/** Takes everything with pauses as a person has, in an order that no person has: page after page, thing after thing, to the end. */
const politeScraping = defineKind({
  name: 'scraping-polite',
  pattern: 'scraping',
  tool: 'own',
  count: 42,
  maxSeconds: 150,
  draw: (random) => ({
    gapMs: Math.round(random.logBetween(300, 3000)),
    jitter: random.between(0.1, 0.9),
    shuffled: random.chance(0.5),
    width: random.pick([1, 1, 2, 3]),
    pastTheEnd: random.chance(0.4),
    changesAgent: random.chance(0.4),
    keepAlive: random.chance(0.5),
  }),
  run: async (session, { gapMs, jitter, shuffled, width, pastTheEnd, changesAgent, keepAlive }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, connections: width, agent: 'browser' });
    user.rememberToken();
    const ask = async (path: string): Promise<readonly string[]> => {
      const agent: Record<string, string> = changesAgent ? { 'user-agent': userAgent(random, 'browser') } : {};
      const ids = api.idsIn(await user.send(get(path, agent)));
      await pause(session, gapMs * random.between(1 - jitter, 1 + jitter));
      return ids;
    };
    const pages = api.pageCount + (pastTheEnd ? 6 : 0);
    for (let page = random.int(1, pages); !session.signal.aborted; page = (page % pages) + 1) {
      const ids = await ask(api.list(page).path);
      const order = shuffled ? random.shuffle(ids) : ids;
      await inParallel(session, width, order.length, async (index) => {
        await ask(api.item(order[index] ?? '').path);
      });
    }
    user.close();
  },
});

export const PATIENT_HARVESTING: readonly ClientKind[] = [uuids, slowEnumeration, curl, politeScraping];
