import { get } from '../http-client.js';
import { type ClientKind, defineKind } from '../kind.js';
import { pause } from '../session.js';
import { word } from '../text.js';
import { User } from '../user.js';

/** A search engine: asks for robots.txt, follows what lists name, politely, and has many stale links. */
const crawler = defineKind({
  name: 'search-crawler',
  pattern: null,
  tool: 'own',
  count: 36,
  maxSeconds: 90,
  links: ['datacentre', 'datacentre', 'home'],
  draw: (random) => ({
    gapMs: Math.round(random.logBetween(300, 6000)),
    staleShare: random.between(0, 0.35),
    unchangedShare: random.between(0, 0.5),
    keepAlive: random.chance(0.7),
  }),
  run: async (session, { gapMs, staleShare, unchangedShare, keepAlive }) => {
    const { api, random } = session;
    const user = new User(session, {
      keepAlive,
      headers: { 'user-agent': 'Mozilla/5.0 (compatible; ExampleBot/3.1; +https://bot.example/about)' },
    });
    // It reads what is open to all; where an API opens nothing, it has an account.
    user.rememberToken();
    await user.send(get('/robots.txt'));
    if (random.chance(0.5)) await user.send(get('/sitemap.xml'));
    const links = [...api.landing(random)].filter(({ method }) => method === 'GET').map(({ path }) => path);
    for (let page = random.int(1, api.pageCount); !session.signal.aborted; ) {
      const path = links.shift();
      if (path === undefined) {
        const ids = api.idsIn(await user.send(api.list(page)));
        page = (page % api.pageCount) + 1;
        links.push(
          ...random
            .shuffle(ids)
            .slice(0, random.int(2, 9))
            .map((id) => api.item(id).path),
        );
      } else if (random.chance(staleShare)) {
        const stale = random.pick([`/${word(random)}/${word(random)}.html`, api.item(api.guessedId(random)).path]);
        await user.send(get(stale));
      } else {
        const { headers } = await user.send(get(path));
        const { etag } = headers;
        if (etag !== undefined && random.chance(unchangedShare)) await user.send(get(path, { 'if-none-match': etag }));
      }
      await pause(session, random.between(gapMs * 0.7, gapMs * 1.4));
    }
    user.close();
  },
});

/** Somebody of the support who goes through records one by one, in the order of their numbers, and reads or changes each. */
const adminByHand = defineKind({
  name: 'admin-by-hand',
  pattern: null,
  tool: 'own',
  count: 36,
  maxSeconds: 100,
  draw: (random) => ({
    readMs: random.int(1500, 12_000),
    changes: random.between(0, 0.5),
    goneShare: random.pick([0, 0, 0.05, 0.12]),
    relists: random.chance(0.6),
  }),
  run: async (session, { readMs, changes, goneShare, relists }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections: 4, agent: 'browser' });
    await user.burst(api.landing(random));
    await user.signIn();
    for (let page = random.int(1, api.pageCount); !session.signal.aborted; page = (page % api.pageCount) + 1) {
      for (const id of api.idsIn(await user.send(api.list(page)))) {
        if (session.signal.aborted) break;
        await user.send(api.item(random.chance(goneShare) ? api.guessedId(random) : id));
        await user.think(readMs * 0.3, readMs * 1.7);
        if (random.chance(changes)) await user.send(api.change(random));
        if (relists && random.chance(0.5)) await user.send(api.list(page));
      }
    }
    user.close();
  },
});

/** The nightly export of an authorised client: each page of the list, then each thing on it, steadily. */
const nightlyExport = defineKind({
  name: 'nightly-export',
  pattern: null,
  tool: 'own',
  count: 36,
  maxSeconds: 70,
  links: ['local', 'datacentre', 'home'],
  draw: (random) => ({
    gapMs: random.pick([30, 80, 150, 300, 700, 1500]),
    listFirst: random.chance(0.3),
    keepAlive: random.chance(0.9),
    pagesAtOnce: random.int(1, 3),
  }),
  run: async (session, { gapMs, listFirst, keepAlive, pagesAtOnce }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, agent: 'program' });
    await user.signIn();
    let ids: string[] = [];
    const takeAll = async (): Promise<void> => {
      for (const id of ids) {
        if (session.signal.aborted) return;
        await user.send(api.item(id));
        await pause(session, random.between(gapMs * 0.8, gapMs * 1.3));
      }
      ids = [];
    };
    for (let page = 1; page <= api.pageCount && !session.signal.aborted; page++) {
      const found = api.idsIn(await user.send(api.list(page)));
      if (found.length === 0) break;
      ids.push(...found);
      if (!listFirst && page % pagesAtOnce === 0) await takeAll();
      else await pause(session, gapMs);
    }
    await takeAll();
    user.close();
  },
});

/** Reads feeds: the same few addresses again and again, mostly unchanged (304). */
const feedReader = defineKind({
  name: 'feed-reader',
  pattern: null,
  tool: 'own',
  count: 36,
  maxSeconds: 80,
  draw: (random) => ({
    feeds: random.int(1, 25),
    everyMs: Math.round(random.logBetween(2000, 25_000)),
    goneShare: random.pick([0, 0, 0.1, 0.3]),
    keepAlive: random.chance(0.5),
  }),
  run: async (session, { feeds, everyMs, goneShare, keepAlive }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, connections: random.pick([1, 2, 4]), agent: 'program' });
    user.rememberToken();
    const paths = Array.from({ length: feeds }, () => {
      if (random.chance(goneShare)) return `/feeds/${word(random)}.xml`;
      return random.chance(0.5) ? api.list(random.int(1, api.pageCount)).path : api.item(api.knownId(random)).path;
    });
    const tags = new Map<string, string>();
    while (!session.signal.aborted) {
      for (const path of paths) {
        const tag = tags.get(path);
        const { headers } = await user.send(get(path, tag === undefined ? {} : { 'if-none-match': tag }));
        if (headers.etag !== undefined) tags.set(path, headers.etag);
        await user.think(20, 400);
      }
      await pause(session, random.between(everyMs * 0.8, everyMs * 1.2));
    }
    user.close();
  },
});

export const WALKING: readonly ClientKind[] = [crawler, adminByHand, nightlyExport, feedReader];
