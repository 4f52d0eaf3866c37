import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { operation } from '../apis/graphql-profile.js';
import { get, jsonCall } from '../http-client.js';
import { type ClientKind, defineKind } from '../kind.js';
import { inParallel, pause } from '../session.js';
import { userAgent, word } from '../text.js';
import { runTool } from '../tool.js';
import { User } from '../user.js';

/** Switches that keep Chromium to the page it is given and to this machine. */
const CHROMIUM: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/** The page of `apis/web-app.ts` in a real browser. */
const chromium = defineKind({
  name: 'spa-chromium',
  pattern: null,
  tool: 'chromium',
  lane: 'tool',
  count: 12,
  maxSeconds: 40,
  draw: (random) => ({ seconds: random.int(14, 36), named: random.chance(0.7) }),
  run: async (session, { seconds, named }) => {
    const profile = await mkdtemp(join(session.workDir, 'chromium-'));
    const agent = named ? [`--user-agent=${userAgent(session.random, 'browser')}`] : [];
    await runTool(
      { ...session, signal: AbortSignal.any([session.signal, AbortSignal.timeout(seconds * 1000)]) },
      'chromium',
      [...CHROMIUM, ...agent, `--user-data-dir=${profile}`, `http://127.0.0.1:${session.port}/app`],
    );
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  },
});

/** After a deploy: the open page asks for parts that are gone, then is loaded again. */
const staleAssets = defineKind({
  name: 'spa-after-deploy',
  pattern: null,
  tool: 'own',
  count: 36,
  maxSeconds: 60,
  draw: (random) => ({
    parts: random.int(2, 18),
    rounds: random.int(1, 3),
    steps: random.int(2, 10),
    thinkMs: random.int(500, 4000),
  }),
  run: async (session, { parts, rounds, steps, thinkMs }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections: 6, agent: 'browser' });
    user.rememberToken();
    for (let round = 0; round < rounds && !session.signal.aborted; round++) {
      for (let i = 0; i < steps && !session.signal.aborted; i++) {
        await user.burst(Array.from({ length: random.int(1, 3) }, () => api.browse(random)));
        await user.think(thinkMs * 0.4, thinkMs * 2);
      }
      const chunk = (): string =>
        `/assets/${word(random)}.${random.hex(8)}.${random.pick(['js', 'js', 'css', 'js.map'])}`;
      await user.burst(Array.from({ length: parts }, () => get(chunk())));
      await user.think(400, 3000);
      await user.burst(api.landing(random));
    }
    user.close();
  },
});

/** A GraphQL application: batches, mutations, queries by GET, one query again and again. */
const graphqlApp = defineKind({
  name: 'graphql-app',
  pattern: null,
  tool: 'own',
  count: 60,
  maxSeconds: 70,
  apis: ['graphql'],
  draw: (random) => ({
    steps: random.int(4, 40),
    batch: random.pick([1, 1, 4, 10, 25]),
    pollMs: random.pick([0, 700, 2000, 5000]),
    thinkMs: Math.round(random.logBetween(150, 5000)),
    signsIn: random.pick(['no', 'rest', 'mutation']),
    brokenShare: random.pick([0, 0, 0.1, 0.3]),
  }),
  run: async (session, { steps, batch, pollMs, thinkMs, signsIn, brokenShare }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections: 3, agent: random.pick(['browser', 'mobile']) });
    const { user: name, password } = random.pick(api.accounts);
    if (signsIn === 'rest') await user.login(name, password);
    else user.rememberToken();
    if (signsIn === 'mutation')
      await user.send(operation(`mutation { signIn(user: "${name}", password: "${password}") { token } }`));
    let over = false;
    const polling = inParallel(session, 1, pollMs === 0 ? 0 : 1000, async () => {
      if (over) return;
      await user.send(operation('query Now { tracks(page: 1) { id } }'));
      await pause(session, pollMs);
    });
    const track = (): { query: string } => ({
      query: `query { track(id: "${api.knownId(random)}") { title artist } }`,
    });
    for (let i = 0; i < steps && !session.signal.aborted; i++) {
      if (random.chance(brokenShare)) await user.send(api.invalid(random));
      else if (batch > 1 && random.chance(0.5))
        await user.send(jsonCall('POST', '/graphql', Array.from({ length: random.int(2, batch) }, track)));
      else await user.send(api.browse(random));
      await user.think(thinkMs * 0.3, thinkMs * 2);
    }
    over = true;
    await polling;
    user.close();
  },
});

export const APPLICATIONS: readonly ClientKind[] = [chromium, staleAssets, graphqlApp];
