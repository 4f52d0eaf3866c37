import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RedisCoordination, redisCoordination, redisSequences } from '../src/index.js';
import { hasRedis, RedisServer, until } from './servers.js';

const step = (number: number) => ({ at: number, values: new Float32Array(64).fill(number), route: number, ids: 2 });

const banOf = (clientKey: string, untilMs: number = Date.now() + 60_000) => ({
  tenant: null,
  clientKey,
  from: Date.now(),
  until: untilMs,
  reason: 'a test',
  by: 'ada',
});

describe.runIf(hasRedis)('several instances', () => {
  let server: RedisServer;
  let prefixes = 0;
  const cleanUps: (() => unknown)[] = [];
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });
  afterAll(async () => {
    await server.stop();
  });

  const coordinations = async (count: number, maxBans = 10_000): Promise<RedisCoordination[]> => {
    const keyPrefix = `instances ${prefixes++}`;
    const made = Array.from({ length: count }, () =>
      redisCoordination({ url: `redis://127.0.0.1:${server.port}`, keyPrefix, maxBans }),
    );
    for (const one of made) cleanUps.push(() => one.close());
    await Promise.all(made.map((one) => one.connected()));
    return made;
  };

  it('lose no step of one client that they append at the same time, and agree on the order', async () => {
    const stores = Array.from({ length: 3 }, () =>
      redisSequences({ url: `redis://127.0.0.1:${server.port}`, timeoutMs: 2_000 }),
    );
    for (const store of stores) cleanUps.push(() => store.close());
    await Promise.all(stores.map((store) => store.connected()));
    for (let round = 0; round < 50; round++) {
      const key = `client ${round}`;
      await Promise.all(Array.from({ length: 15 }, (_, i) => stores[i % 3]?.append(key, step(i))));
      const [first = [], ...others] = await Promise.all(stores.map((store) => store.recent(key)));
      expect(others).toEqual([first, first]);
      expect(first.map(({ route }) => route).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 15 }, (_, i) => i),
      );
      // One instance appends in the order in which it was asked to.
      const ofFirst = first.map(({ route }) => route).filter((route) => route % 3 === 0);
      expect(ofFirst).toEqual([0, 3, 6, 9, 12]);
    }
  });

  it('know of a ban and its end within 100 ms', async () => {
    const [here, there] = (await coordinations(2)) as [RedisCoordination, RedisCoordination];
    const times: number[] = [];
    const heardWithin = async (condition: () => boolean): Promise<void> => {
      const begunMs = performance.now();
      while (!condition()) {
        expect(performance.now() - begunMs).toBeLessThan(100);
        await new Promise(setImmediate);
      }
      times.push(performance.now() - begunMs);
    };
    for (let i = 0; i < 50; i++) {
      void here.ban(banOf(`client ${i}`));
      await heardWithin(() => there.banOf(null, `client ${i}`) !== null);
      void there.unban(null, `client ${i}`);
      await heardWithin(() => here.banOf(null, `client ${i}`) === null);
    }
    times.sort((a, b) => a - b);
    const [median = 0, slowest = 0] = [times[50], times[99]];
    process.stdout.write(
      `A ban is known elsewhere after ${median.toFixed(1)} ms (median of 100), ${slowest.toFixed(1)} ms (slowest)\n`,
    );
  });

  it('know all bans again after news of them were missed', async () => {
    const [here, there] = (await coordinations(2)) as [RedisCoordination, RedisCoordination];
    const raw = new Redis(server.port, '127.0.0.1');
    cleanUps.push(() => raw.disconnect());
    await here.ban(banOf('lifted'));
    await until(() => there.banOf(null, 'lifted') !== null);
    await raw.call('client', 'kill', 'type', 'pubsub');
    await here.ban(banOf('made'));
    await here.unban(null, 'lifted');
    await until(() => there.banOf(null, 'made') !== null && there.banOf(null, 'lifted') === null, 5_000);
  });

  it('hold no more bans than they were told, in Redis too: those that end first make room', async () => {
    const [here] = (await coordinations(1, 3)) as [RedisCoordination];
    const raw = new Redis(server.port, '127.0.0.1');
    cleanUps.push(() => raw.disconnect());
    const end = Date.now() + 60_000;
    for (const i of [5, 1, 4, 2, 3]) await here.ban(banOf(`client ${i}`, end + i));
    const held = await raw.hvals(`instances ${prefixes - 1}:{bans}`);
    expect(held.map((ban) => JSON.parse(ban).clientKey).toSorted()).toEqual(['client 3', 'client 4', 'client 5']);
    expect((await here.bans()).length).toBe(3);
  });

  it('keep their bans when Redis has evicted some of them', async () => {
    const [here] = (await coordinations(1)) as [RedisCoordination];
    const raw = new Redis(server.port, '127.0.0.1');
    cleanUps.push(() => raw.disconnect());
    await here.ban(banOf('a'));
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const key = `instances ${prefixes - 1}:{bans}`;
    await raw.del(key);
    await until(async () => (await raw.hlen(key)) === 1, 5_000);
    expect(here.banOf(null, 'a')).not.toBe(null);
  });

  it('keep their bans when Redis is killed and comes back with nothing; calls go on', async () => {
    const [here, there] = (await coordinations(2)) as [RedisCoordination, RedisCoordination];
    const store = redisSequences({ url: `redis://127.0.0.1:${server.port}`, keyPrefix: 'killed' });
    cleanUps.push(() => store.close());
    await store.connected();
    await store.append('a', step(1));
    await here.ban(banOf('here'));
    await there.ban(banOf('there'));
    await until(() => here.banOf(null, 'there') !== null && there.banOf(null, 'here') !== null);
    // Both must have read the version that is lost now.
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    await server.kill();
    await store.append('a', step(2));
    expect((await store.recent('a')).map(({ at }) => at)).toEqual([1, 2]);
    expect(await here.count('a', 60_000)).toBe(1);
    await server.start();
    await until(async () => (await store.recent('a')).some(({ at }) => at === 2), 10_000);
    prefixes -= 1;
    const [late] = (await coordinations(1)) as [RedisCoordination];
    await until(() => late.banOf(null, 'here') !== null && late.banOf(null, 'there') !== null, 10_000);
    for (const one of [here, there]) {
      expect([one.banOf(null, 'here'), one.banOf(null, 'there')]).toEqual([expect.anything(), expect.anything()]);
    }
  });
});
