import { setTimeout as wait } from 'node:timers/promises';
import { coordinationSuite, sequenceStoreSuite } from '@api-security/core/testing';
import { Cluster, Redis } from 'ioredis';
import { createCluster, createSentinel } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisClient, redisCoordination, redisSequences } from '../src/index.js';
import { hasRedis, startCluster, startSentinel, until } from './servers.js';

type Closable = RedisClient & { disconnect?: () => unknown; destroy?: () => unknown };

let prefixes = 0;

function end(client: Closable): void {
  if (client.destroy === undefined) client.disconnect?.();
  else client.destroy();
}

function suites(client: () => RedisClient): void {
  sequenceStoreSuite(
    test,
    expect,
    async ({ ttlMs }) => {
      const store = redisSequences({ client: client(), ttlMs, keyPrefix: `fleet ${prefixes++}`, timeoutMs: 2_000 });
      await store.connected();
      return store;
    },
    { ttlMs: 400, granularityMs: 50, elapse: (ms) => wait(ms) },
  );
  const coordination = async (keyPrefix: string) => {
    const one = redisCoordination({ client: client(), keyPrefix, timeoutMs: 2_000 });
    await one.connected();
    return one;
  };
  coordinationSuite(test, expect, () => coordination(`fleet ${prefixes++}`), {
    elapse: (ms) => wait(ms),
    now: () => Date.now(),
    granularityMs: 100,
    other: () => coordination(`fleet ${prefixes - 1}`),
  });
}

describe.runIf(hasRedis)('on a Cluster of three', () => {
  let cluster: Awaited<ReturnType<typeof startCluster>>;
  const made: Record<string, Closable> = {};
  beforeAll(async () => {
    cluster = await startCluster();
  }, 60_000);
  afterAll(async () => {
    for (const client of Object.values(made)) end(client);
    await cluster.stop();
  });

  describe('through ioredis', () => {
    suites(() => {
      made.ioredis ??= new Cluster(cluster.ports.map((port) => ({ host: '127.0.0.1', port }))) as RedisClient;
      return made.ioredis;
    });
  });

  describe('through node-redis', () => {
    suites(() => {
      const rootNodes = cluster.ports.map((port) => ({ url: `redis://127.0.0.1:${port}` }));
      made.nodeRedis ??= createCluster({ rootNodes }) as unknown as RedisClient;
      return made.nodeRedis;
    });
  });
});

describe.runIf(hasRedis)('behind Sentinels', () => {
  let sentinel: Awaited<ReturnType<typeof startSentinel>>;
  const made: Record<string, Closable> = {};
  beforeAll(async () => {
    sentinel = await startSentinel();
  }, 60_000);
  afterAll(async () => {
    for (const client of Object.values(made)) end(client);
    await sentinel.stop();
  });

  const clientOf = {
    ioredis: () => new Redis({ sentinels: sentinel.sentinels, name: 'main' }) as RedisClient,
    'node-redis': () =>
      createSentinel({ name: 'main', sentinelRootNodes: sentinel.sentinels }) as unknown as RedisClient,
  };

  describe('through ioredis', () => {
    suites(() => {
      made.ioredis ??= clientOf.ioredis();
      return made.ioredis;
    });
  });

  test('a failover is over within seconds, no call rejects meanwhile, and steps go on', async () => {
    const client = clientOf.ioredis();
    made.failover = client;
    const store = redisSequences({ client, keyPrefix: 'failover' });
    await store.connected();
    const told: unknown[] = [];
    store.onTrouble((error) => told.push(error));
    const step = (number: number) => ({ at: number, values: new Float32Array(64).fill(number), route: 1, ids: 2 });
    await store.append('a', step(1));
    await sentinel.master.kill();
    const begunMs = performance.now();
    let slowestMs = 0;
    let number = 1;
    await until(async () => {
      number += 1;
      const askedMs = performance.now();
      const steps = await store.append('a', step(number));
      slowestMs = Math.max(slowestMs, performance.now() - askedMs);
      expect(steps.at(-1)?.at).toBe(number);
      await wait(20);
      return told.at(-1) === null;
    });
    const seconds = (performance.now() - begunMs) / 1000;
    process.stdout.write(
      `Sentinel failover: back after ${seconds.toFixed(1)} s, slowest call ${slowestMs.toFixed(0)} ms\n`,
    );
    expect(told[0]).toBeInstanceOf(Error);
    await until(async () => (await store.recent('a')).length === 16);
    store.close();
  });
});
