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
    expect((await store.append('a', step(3))).map(({ at }) => at)).toEqual([0, 1, 2, 3]);
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

  it('foreign data under our names is left out and counted', async () => {
    const raw = new Redis(server.port, '127.0.0.1');
    cleanUps.push(() => raw.disconnect());
    const store = redisSequences({ url: `redis://127.0.0.1:${server.port}`, keyPrefix: 'foreign' });
    const one = redisCoordination({ url: `redis://127.0.0.1:${server.port}`, keyPrefix: 'foreign' });
    cleanUps.push(() => store.close());
    cleanUps.push(() => one.close());
    await Promise.all([store.connected(), one.connected()]);

    await store.append('a', step(1));
    const [key = ''] = await raw.keys('foreign:steps:*');
    for (const value of ['not steps', 'x'.repeat(281), Buffer.alloc(281, 0xff)]) {
      await raw.set(key, value);
      expect(await store.recent('a')).toEqual([]);
    }
    await raw.del(key);
    await raw.hset(key, 'a', '1');
    expect(await store.recent('a')).toEqual([]);
    expect(store.foreign).toBe(4);
    expect(await store.append('a', step(2))).toEqual([step(2)]);

    for (const message of [
      '',
      '{',
      'null',
      '{"version":2}',
      '{"version":1,"from":"x","event":"shutdown","payload":{}}',
    ]) {
      await raw.publish('foreign:news', message);
    }
    await until(() => one.foreign === 5);
    await raw.hset('foreign:{bans}', 'x', '99999999999999 {"clientKey":7}');
    await raw.hset('foreign:{bans}', 'y', 'nothing');
    await raw.incr('foreign:{bans}:version');
    await until(() => one.foreign === 6);
    expect(await one.bans()).toEqual([]);
    expect(await raw.hkeys('foreign:{bans}')).toEqual(['x']);
  });

  it('addresses and accounts cannot be read off the keys', async () => {
    const raw = new Redis(server.port, '127.0.0.1');
    cleanUps.push(() => raw.disconnect());
    const store = redisSequences({ url: `redis://127.0.0.1:${server.port}`, keyPrefix: 'private' });
    const one = redisCoordination({ url: `redis://127.0.0.1:${server.port}`, keyPrefix: 'private' });
    cleanUps.push(() => store.close());
    cleanUps.push(() => one.close());
    await Promise.all([store.connected(), one.connected()]);
    await store.append('192.0.2.77', step(1));
    await one.count('192.0.2.77', 60_000);
    await one.joinAlert('192.0.2.77', { id: 'a', at: 1 }, 60_000);
    const keys = await raw.keys('private:*');
    expect(keys.length).toBe(3);
    expect(keys.filter((key) => key.includes('192.0.2'))).toEqual([]);
    for (const key of keys) expect(await raw.pttl(key)).toBeGreaterThan(0);
  });
});
