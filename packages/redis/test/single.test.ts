import { setTimeout as wait } from 'node:timers/promises';
import { coordinationSuite, sequenceStoreSuite } from '@api-security/core/testing';
import { Redis } from 'ioredis';
import { Redis as Redis5 } from 'ioredis5';
import { createClient } from 'redis';
import { createClient as createClient5 } from 'redis5';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisClient, redisCoordination, redisSequences } from '../src/index.js';
import { hasRedis, RedisServer } from './servers.js';

/** Clients that are given, by library. */
const CLIENTS: Record<string, (port: number) => RedisClient> = {
  'ioredis 6': (port) => new Redis(port, '127.0.0.1'),
  'ioredis 6, not connected yet': (port) => new Redis(port, '127.0.0.1', { lazyConnect: true }),
  'ioredis 5': (port) => new Redis5(port, '127.0.0.1'),
  'node-redis 6': (port) => createClient({ url: `redis://127.0.0.1:${port}` }) as unknown as RedisClient,
  'node-redis 5': (port) => createClient5({ url: `redis://127.0.0.1:${port}` }) as unknown as RedisClient,
};

describe.runIf(hasRedis)('on one server', () => {
  let server: RedisServer;
  let prefixes = 0;
  const made: { disconnect?: () => unknown; destroy?: () => unknown }[] = [];
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(async () => {
    for (const client of made) {
      if (client.destroy === undefined) client.disconnect?.();
      else client.destroy();
    }
    await server.stop();
  });

  const given = (library: keyof typeof CLIENTS): RedisClient => {
    const client = CLIENTS[library]?.(server.port) as RedisClient;
    made.push(client as { disconnect?: () => unknown });
    return client;
  };

  const addresses: Record<string, () => { client: RedisClient } | { url: string }> = {
    url: () => ({ url: `redis://127.0.0.1:${server.port}` }),
    ...Object.fromEntries(Object.keys(CLIENTS).map((library) => [library, () => ({ client: given(library) })])),
  };

  for (const [how, address] of Object.entries(addresses)) {
    describe(`through ${how}`, () => {
      sequenceStoreSuite(
        test,
        expect,
        async ({ ttlMs }) => {
          const store = redisSequences({ ...address(), ttlMs, keyPrefix: `test ${prefixes++}`, timeoutMs: 2_000 });
          await store.connected();
          return store;
        },
        { ttlMs: 400, granularityMs: 50, elapse: (ms) => wait(ms) },
      );

      coordinationSuite(
        test,
        expect,
        async () => {
          const one = redisCoordination({ ...address(), keyPrefix: `test ${prefixes++}`, timeoutMs: 2_000 });
          await one.connected();
          return one;
        },
        {
          elapse: (ms) => wait(ms),
          now: () => Date.now(),
          granularityMs: 100,
          other: async () => {
            const other = redisCoordination({ ...address(), keyPrefix: `test ${prefixes - 1}`, timeoutMs: 2_000 });
            await other.connected();
            return other;
          },
        },
      );
    });
  }
});
