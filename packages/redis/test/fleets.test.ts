import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { coordinationSuite, sequenceStoreSuite } from '@api-security/core/testing';
import { Cluster, Redis } from 'ioredis';
import { createCluster, createSentinel } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisClient, redisCoordination, redisSequences } from '../src/index.js';
import { hasRedis, type RedisServer, startCluster, startSentinel, until } from './servers.js';

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

const step = (number: number) => ({ at: number, values: new Float32Array(64).fill(number), route: 1, ids: 2 });

/** A master is killed and its replica takes over; told from the outside, by a store of its own, when all is as before. */
function failover(fleet: string, connect: () => Closable, master: () => RedisServer): void {
  test('when a master dies no call rejects or waits, and all clients go on within seconds', async () => {
    const [client, watching] = [connect(), connect()];
    for (const one of [client, watching]) one.on('error', () => {});
    const [store, watch] = [
      redisSequences({ client, keyPrefix: 'failover' }),
      redisSequences({ client: watching, keyPrefix: 'failover', timeoutMs: 1_000 }),
    ];
    try {
      await Promise.all([store.connected(), watch.connected()]);
      const keys = Array.from({ length: 30 }, (_, i) => `client ${i}`);
      for (const key of keys) await store.append(key, step(0));
      await master().kill();
      const begunMs = performance.now();
      let slowestMs = 0;
      let rejected = 0;
      let number = 0;
      await until(async () => {
        number += 1;
        await Promise.all(
          keys.map(async (key) => {
            const askedMs = performance.now();
            try {
              await store.append(key, step(number));
            } catch {
              rejected += 1;
            }
            slowestMs = Math.max(slowestMs, performance.now() - askedMs);
          }),
        );
        await wait(50);
        const seen = await Promise.all(keys.map((key) => watch.recent(key)));
        return seen.every((steps) => steps.at(-1)?.at === number);
      });
      const seconds = (performance.now() - begunMs) / 1000;
      process.stdout.write(
        `${fleet}: a master died, all as before after ${seconds.toFixed(1)} s; slowest call ${slowestMs.toFixed(0)} ms, rejected ${rejected}\n`,
      );
      expect(rejected).toBe(0);
      expect(slowestMs).toBeLessThan(500);
      const sixteen = Array.from({ length: Math.min(16, number + 1) }, (_, i) => number - i).reverse();
      await until(async () => {
        const seen = await Promise.all(keys.map((key) => watch.recent(key)));
        return seen.every((steps) =>
          isDeepStrictEqual(
            steps.map(({ at }) => at),
            sixteen,
          ),
        );
      });
    } finally {
      store.close();
      watch.close();
      for (const one of [client, watching]) end(one);
    }
  });
}

type Ports = Awaited<ReturnType<typeof startCluster>>['ports'];
type Sentinels = Awaited<ReturnType<typeof startSentinel>>['sentinels'];

const CLUSTER_CLIENTS: Record<string, (ports: Ports) => Closable> = {
  ioredis: (ports) => new Cluster(ports.map((port) => ({ host: '127.0.0.1', port }))) as Closable,
  'node-redis': (ports) =>
    createCluster({
      rootNodes: ports.map((port) => ({ url: `redis://127.0.0.1:${port}` })),
      // As docs/many-instances.md says: its own 5 s are most of the time that a failover would take.
      topologyRefreshOnReconnectionAttemptStrategy: 1_000,
    }) as unknown as Closable,
};

for (const [library, connect] of Object.entries(CLUSTER_CLIENTS)) {
  describe.runIf(hasRedis)(`on a Cluster of three, through ${library}`, () => {
    let cluster: Awaited<ReturnType<typeof startCluster>>;
    let shared: Closable | undefined;
    beforeAll(async () => {
      cluster = await startCluster();
    }, 60_000);
    afterAll(async () => {
      if (shared !== undefined) end(shared);
      await cluster.stop();
    });

    suites(() => {
      if (shared === undefined) {
        shared = connect(cluster.ports);
        // The app's own; stores take theirs off when they are closed.
        shared.on('error', () => {});
      }
      return shared;
    });
    failover(
      `Cluster, ${library}`,
      () => connect(cluster.ports),
      () => cluster.master,
    );
  });
}

const SENTINEL_CLIENTS: Record<string, (sentinels: Sentinels) => Closable> = {
  ioredis: (sentinels) => new Redis({ sentinels, name: 'main' }) as Closable,
  'node-redis': (sentinels) => createSentinel({ name: 'main', sentinelRootNodes: sentinels }) as unknown as Closable,
};

for (const [library, connect] of Object.entries(SENTINEL_CLIENTS)) {
  describe.runIf(hasRedis)(`behind Sentinels, through ${library}`, () => {
    let sentinel: Awaited<ReturnType<typeof startSentinel>>;
    let shared: Closable | undefined;
    beforeAll(async () => {
      sentinel = await startSentinel();
    }, 60_000);
    afterAll(async () => {
      if (shared !== undefined) end(shared);
      await sentinel.stop();
    });

    suites(() => {
      if (shared === undefined) {
        shared = connect(sentinel.sentinels);
        // The app's own; stores take theirs off when they are closed.
        shared.on('error', () => {});
      }
      return shared;
    });
    failover(
      `Sentinel, ${library}`,
      () => connect(sentinel.sentinels),
      () => sentinel.master,
    );
  });
}
