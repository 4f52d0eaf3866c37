import { type ClientKind, defineKind } from '../kind.js';
import { inParallel } from '../session.js';
import { User } from '../user.js';
import { FLOOD_LINKS, pathOf, TARGETS } from './floods.js';

/** One connection carries few requests a second over a longer way. */
const NEAR_LINKS: readonly string[] = ['local', 'datacentre'];

type Manner = 'sequential' | 'parallel' | 'new-connections';

const CONNECTIONS: Readonly<Record<Manner, readonly number[]>> = {
  sequential: [1],
  parallel: [6, 12, 25, 50],
  'new-connections': [1, 4, 12, 40],
};

/** As many requests as the answers allow: one after the other over one connection, over several, or each over its own. */
const flood = (manner: Manner): ClientKind =>
  defineKind({
    name: `flood-${manner}`,
    pattern: 'flood',
    tool: 'own',
    lane: 'flood',
    count: 24,
    maxSeconds: 7,
    links: manner === 'sequential' ? NEAR_LINKS : FLOOD_LINKS,
    draw: (random) => ({
      connections: random.pick(CONNECTIONS[manner]),
      requests: random.int(400, 2500),
      seconds: random.int(2, 6),
      target: random.pick(TARGETS),
      keepAlive: manner !== 'new-connections',
      post: random.chance(0.15),
    }),
    run: async (session, { connections, requests, seconds, target, keepAlive, post }) => {
      const { api, random } = session;
      const user = new User(session, { keepAlive, connections, agent: random.pick(['browser', 'program']) });
      const call = post ? api.create(random) : { method: 'GET', path: pathOf(target, api, random) };
      const until = performance.now() + seconds * 1000;
      await inParallel(session, connections, requests, async () => {
        if (performance.now() < until) await user.send(call);
      });
      user.close();
    },
  });

export const SCRIPTED_FLOODS: readonly ClientKind[] = [
  flood('sequential'),
  flood('parallel'),
  flood('new-connections'),
];
