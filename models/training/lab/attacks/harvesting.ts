import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClientKind, defineKind } from '../kind.js';
import { inParallel, pause } from '../session.js';
import { userAgent } from '../text.js';
import { runTool } from '../tool.js';
import { User } from '../user.js';

type Order = 'counted' | 'backwards' | 'strided' | 'guessed';

/** Tries identifiers that nobody gave it. */
const enumeration = defineKind({
  name: 'enumeration-script',
  pattern: 'enumeration',
  tool: 'own',
  count: 78,
  maxSeconds: 70,
  draw: (random) => ({
    requests: random.int(25, 180),
    order: random.pick<Order>(['counted', 'counted', 'backwards', 'strided', 'guessed']),
    start: random.int(0, 900),
    gapMs: random.pick([0, 0, 20, 80, 250, 800, 2000]),
    width: random.pick([1, 1, 2, 5]),
    keepAlive: random.chance(0.6),
    browserAgent: random.chance(0.5),
    signedIn: random.chance(0.7),
  }),
  run: async (session, { requests, order, start, gapMs, width, keepAlive, browserAgent, signedIn }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, connections: width, agent: browserAgent ? 'browser' : 'program' });
    if (signedIn) user.rememberToken();
    const idAt = (index: number): string => {
      if (order === 'guessed') return api.guessedId(random);
      if (order === 'backwards') return api.countedId(Math.max(0, start + requests - index));
      if (order === 'strided') return api.countedId(start + index * 7);
      return api.countedId(start + index);
    };
    await inParallel(session, width, requests, async (index) => {
      await user.send(api.item(idAt(index)));
      await pause(session, random.between(gapMs * 0.5, gapMs * 1.5));
    });
    user.close();
  },
});

/** ffuf with a list of identifiers. */
const enumerationFfuf = defineKind({
  name: 'enumeration-ffuf',
  pattern: 'enumeration',
  tool: 'ffuf',
  lane: 'tool',
  count: 18,
  maxSeconds: 18,
  draw: (random) => ({
    ids: random.int(60, 300),
    threads: random.pick([1, 2, 5, 20]),
    delay: random.pick(['', '0.02-0.1', '0.2']),
    guessed: random.chance(0.4),
    browserAgent: random.chance(0.5),
  }),
  run: async (session, { ids, threads, delay, guessed, browserAgent }) => {
    const { api, random } = session;
    const file = join(session.workDir, `ids-${session.port}.txt`);
    const start = random.int(0, 500);
    await writeFile(
      file,
      Array.from({ length: ids }, (_, n) => (guessed ? api.guessedId(random) : api.countedId(start + n))).join('\n'),
    );
    const { path } = api.item('FUZZ');
    const agent = browserAgent ? ['-H', `User-Agent: ${userAgent(random, 'browser')}`] : [];
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
      `http://127.0.0.1:${session.port}${path}`,
    ]);
  },
});

/** Takes everything there is as fast as it gets it: lists and each thing in them. */
const scraping = defineKind({
  name: 'scraping-script',
  pattern: 'scraping',
  tool: 'own',
  count: 60,
  maxSeconds: 50,
  draw: (random) => ({
    width: random.pick([2, 3, 4, 6, 10]),
    gapMs: random.pick([0, 0, 0, 10, 30]),
    details: random.chance(0.85),
    keepAlive: random.chance(0.7),
    browserAgent: random.chance(0.6),
    cap: random.int(80, 350),
  }),
  run: async (session, { width, gapMs, details, keepAlive, browserAgent, cap }) => {
    const { api } = session;
    const user = new User(session, { keepAlive, connections: width, agent: browserAgent ? 'browser' : 'program' });
    user.rememberToken();
    let sent = 0;
    await inParallel(session, width, cap, async (index) => {
      if (sent >= cap) return;
      sent++;
      const ids = api.idsIn(await user.send(api.list((index % api.pageCount) + 1)));
      if (!details) {
        await pause(session, gapMs);
        return;
      }
      for (const id of ids) {
        if (sent++ >= cap || session.signal.aborted) return;
        await user.send(api.item(id));
        await pause(session, gapMs);
      }
    });
    user.close();
  },
});

/** Takes all that is known by id, without asking a list. */
const hoarding = defineKind({
  name: 'scraping-by-id',
  pattern: 'scraping',
  tool: 'own-by-id',
  count: 24,
  maxSeconds: 40,
  draw: (random) => ({
    requests: random.int(100, 300),
    width: random.pick([2, 4, 8]),
    keepAlive: random.chance(0.7),
    gapMs: random.pick([0, 0, 15]),
  }),
  run: async (session, { requests, width, keepAlive, gapMs }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, connections: width, agent: 'browser' });
    user.rememberToken();
    await inParallel(session, width, requests, async () => {
      await user.send(random.chance(0.9) ? api.item(api.knownId(random)) : api.list(random.int(1, api.pageCount)));
      await pause(session, gapMs);
    });
    user.close();
  },
});

export const HARVESTING: readonly ClientKind[] = [enumeration, enumerationFfuf, scraping, hoarding];
