import { setTimeout as wait } from 'node:timers/promises';
import { type Fault, FaultyProxy } from '@api-security/core/testing';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RedisClient, redisCoordination, redisSequences } from '../src/index.js';
import { hasRedis, RedisServer, until } from './servers.js';

const FAULTS: readonly Fault[] = ['refused', 'reset', 'black-holed', 'slow'];

const step = (number: number) => ({ at: number, values: new Float32Array(64).fill(number), route: 1, ids: 2 });

describe.runIf(hasRedis)('while Redis is away', () => {
  let server: RedisServer;
  let proxy: FaultyProxy;
  const cleanUps: (() => unknown)[] = [];
  const table: string[] = [];
  beforeAll(async () => {
    server = await RedisServer.start();
    proxy = await new FaultyProxy(server.port).listen();
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    await proxy.end();
  });
  afterAll(async () => {
    await proxy.close();
    await server.stop();
    process.stdout.write(
      `${['library      fault        calls rejected  p99 ms  max ms  back after s', ...table].join('\n')}\n`,
    );
  });

  const clients: Record<string, () => RedisClient> = {
    ioredis: () => {
      const client = new Redis(proxy.port, '127.0.0.1', { connectTimeout: 1_000 });
      cleanUps.push(() => client.disconnect());
      return client;
    },
    'node-redis': () => {
      const client = createClient({ socket: { port: proxy.port, connectTimeout: 1_000 } }) as unknown as RedisClient;
      cleanUps.push(() => 'destroy' in client && client.destroy());
      return client;
    },
  };

  for (const [library, client] of Object.entries(clients)) {
    for (const fault of FAULTS) {
      it(`${fault}: no call rejects or waits longer than its time, and it is used again within 5 s (${library})`, async () => {
        const keyPrefix = `${library} ${fault}`;
        const store = redisSequences({ client: client(), keyPrefix });
        cleanUps.push(() => store.close());
        await store.connected();
        const told: unknown[] = [];
        store.onTrouble((error) => told.push(error));
        await store.append('a', step(0));

        await proxy.begin(fault);
        let rejected = 0;
        const times: number[] = [];
        const pending: Promise<unknown>[] = [];
        for (let i = 1; i <= 500; i++) {
          const askedMs = performance.now();
          pending.push(
            Promise.resolve(i % 2 === 0 ? store.recent('a') : store.append('a', step(i)))
              .catch(() => {
                rejected += 1;
              })
              .then(() => times.push(performance.now() - askedMs)),
          );
          await wait(2);
        }
        await Promise.all(pending);
        times.sort((a, b) => a - b);
        const [p99 = 0, max = 0] = [times[Math.floor(times.length * 0.99)], times.at(-1)];

        await proxy.end();
        const backMs = performance.now();
        await until(() => told.at(-1) === null, 15_000);
        const seconds = (performance.now() - backMs) / 1000;
        table.push(
          [
            library.padEnd(12),
            fault.padEnd(12),
            String(rejected).padEnd(15),
            p99.toFixed(1).padEnd(7),
            max.toFixed(0).padEnd(7),
            seconds.toFixed(1),
          ].join(' '),
        );
        expect(rejected).toBe(0);
        expect(told[0]).toBeInstanceOf(Error);
        expect(seconds).toBeLessThan(5);
        // 50 ms, and what a busy machine adds.
        expect(max).toBeLessThan(500);
        // What Redis has missed is there, oldest first.
        await until(async () => (await store.recent('a')).at(-1)?.at === 499);
        expect((await store.recent('a')).map(({ at }) => at)).toEqual(
          Array.from({ length: 16 }, (_, i) => 469 + 2 * i),
        );
      });
    }
  }

  it('an instance goes by what it has seen itself', async () => {
    const store = redisSequences({ url: `redis://127.0.0.1:${proxy.port}`, keyPrefix: 'own' });
    cleanUps.push(() => store.close());
    await store.connected();
    for (let i = 0; i < 3; i++) await store.append('a', step(i));
    await proxy.begin('refused');
    expect((await store.recent('a')).map(({ at }) => at)).toEqual([0, 1, 2]);
    await store.append('a', step(3));
    expect((await store.recent('a')).map(({ at }) => at)).toEqual([0, 1, 2, 3]);
    expect(await store.recent('b')).toEqual([]);
  });

  it('a server that is not there at the start is used once it is', async () => {
    await proxy.begin('refused');
    const store = redisSequences({ url: `redis://127.0.0.1:${proxy.port}`, keyPrefix: 'later' });
    const one = redisCoordination({ url: `redis://127.0.0.1:${proxy.port}`, keyPrefix: 'later' });
    cleanUps.push(() => store.close());
    cleanUps.push(() => one.close());
    for (let i = 0; i < 5; i++) {
      await store.append('a', step(i));
      expect(await one.count('a', 60_000)).toBe(i + 1);
    }
    await proxy.end();
    await Promise.all([store.connected(), one.connected()]);
    const other = redisSequences({ url: `redis://127.0.0.1:${server.port}`, keyPrefix: 'later' });
    cleanUps.push(() => other.close());
    await other.connected();
    await until(async () => (await other.recent('a')).length === 5);
  });

  it('bans hold, and are told to the others afterwards; those that others made meanwhile are learnt', async () => {
    const connect = async (port: number) => {
      const one = redisCoordination({ url: `redis://127.0.0.1:${port}`, keyPrefix: 'bans' });
      cleanUps.push(() => one.close());
      await one.connected();
      return one;
    };
    const [here, there] = [await connect(proxy.port), await connect(server.port)];
    const ban = (clientKey: string) => ({
      tenant: null,
      clientKey,
      from: Date.now(),
      until: Date.now() + 60_000,
      reason: 'a test',
      by: 'ada',
    });
    await here.ban(ban('before'));
    await until(() => there.banOf(null, 'before') !== null);
    await proxy.begin('refused');
    await here.ban(ban('here'));
    await there.ban(ban('there'));
    await there.unban(null, 'before');
    expect(here.banOf(null, 'here')).not.toBe(null);
    expect([here.banOf(null, 'there'), there.banOf(null, 'here')]).toEqual([null, null]);
    await proxy.end();
    await until(() => there.banOf(null, 'here') !== null && here.banOf(null, 'there') !== null);
    await until(() => here.banOf(null, 'before') === null);
  });

  it('steps of several instances are merged in the order of their arrival, and what was to be forgotten is', async () => {
    const connect = async (port: number) => {
      const store = redisSequences({ url: `redis://127.0.0.1:${port}`, keyPrefix: 'merged' });
      cleanUps.push(() => store.close());
      await store.connected();
      return store;
    };
    const [here, there] = [await connect(proxy.port), await connect(server.port)];
    for (const key of ['a', 'gone', 'anew']) await here.append(key, step(1));
    await proxy.begin('reset');
    for (const number of [2, 4, 6]) await here.append('a', step(number));
    for (const number of [3, 5, 7]) await there.append('a', step(number));
    await here.forget('gone');
    await here.forget('anew');
    await here.append('anew', step(2));
    await proxy.end();
    const times = async (key: string) => (await there.recent(key)).map(({ at }) => at);
    await until(async () => (await times('anew'))[0] === 2 && (await times('a')).length === 7);
    expect(await times('a')).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await times('gone')).toEqual([]);
    expect(await times('anew')).toEqual([2]);
  });
});
