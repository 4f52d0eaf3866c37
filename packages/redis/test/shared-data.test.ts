import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RedisClient, redisCoordination, redisSequences } from '../src/index.js';
import { hasRedis, RedisServer, until } from './servers.js';

const step = (number: number) => ({ at: number, values: new Float32Array(64).fill(number), route: 1, ids: 2 });

describe.runIf(hasRedis)('in a Redis that others use too', () => {
  let server: RedisServer;
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
    await store.append('a', step(2));
    expect(await store.recent('a')).toEqual([step(2)]);

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
    await raw.hset('foreign:{bans}', 'x', '{"clientKey":7}', 'y', 'nothing');
    await raw.zadd('foreign:{bans}:ends', Date.now(), 'x', Date.now(), 'y');
    await raw.hset('foreign:{bans}:version', 'changes', 1);
    await until(() => one.foreign === 7);
    expect(await one.bans()).toEqual([]);
    for (const key of ['foreign:{bans}', 'foreign:{bans}:ends', 'foreign:{bans}:version']) {
      await raw.set(key, 'of another type');
    }
    const ban = { tenant: null, clientKey: 'a', from: 1, until: Date.now() + 60_000, reason: '', by: 'ada' };
    await one.ban(ban);
    expect(await raw.hvals('foreign:{bans}')).toEqual([JSON.stringify(ban)]);
  });

  it('addresses and accounts cannot be read off the keys, and every key expires', async () => {
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
    const until = Date.now() + 60_000;
    await one.ban({ tenant: null, clientKey: '192.0.2.77', from: 1, until, reason: '', by: 'ada' });
    const keys = await raw.keys('private:*');
    expect(keys.length).toBe(6);
    expect(keys.filter((key) => key.includes('192.0.2'))).toEqual([]);
    for (const key of keys) expect(await raw.pttl(key)).toBeGreaterThan(0);
  });

  it('a client that was given stays open and as it was', async () => {
    const ioredis = new Redis(server.port, '127.0.0.1');
    cleanUps.push(() => ioredis.disconnect());
    const nodeRedis = createClient({ url: `redis://127.0.0.1:${server.port}` });
    nodeRedis.on('error', () => {});
    await nodeRedis.connect();
    cleanUps.push(() => nodeRedis.destroy());
    const raw = new Redis(server.port, '127.0.0.1');
    cleanUps.push(() => raw.disconnect());
    await until(() => [ioredis, raw].every(({ status }) => status === 'ready'));
    const connections = async () =>
      String(await raw.call('client', 'list'))
        .trim()
        .split('\n').length;
    const listeners = () => [
      ioredis.listenerCount('error'),
      ioredis.listenerCount('ready'),
      nodeRedis.listenerCount('error'),
    ];
    const before = [await connections(), ...listeners()];
    for (const client of [ioredis, nodeRedis] as unknown as RedisClient[]) {
      const [store, one] = [redisSequences({ client }), redisCoordination({ client })];
      await Promise.all([store.connected(), one.connected()]);
      await store.append('a', step(1));
      store.close();
      one.close();
    }
    await until(async () => (await connections()) === before[0]);
    expect(listeners()).toEqual(before.slice(1));
    expect(await Promise.all([ioredis.ping(), nodeRedis.ping()])).toEqual(['PONG', 'PONG']);
  });

  it.each([
    ['API_SECURITY_OPTION_INVALID', {}],
    ['API_SECURITY_OPTION_INVALID', { url: 'redis://127.0.0.1', client: {} }],
    ['API_SECURITY_OPTION_INVALID', { url: 'http://127.0.0.1' }],
    ['API_SECURITY_OPTION_INVALID', { client: { get: () => null } }],
    ['API_SECURITY_OPTION_INVALID', { url: 'redis://127.0.0.1', timeoutMs: 0 }],
    ['API_SECURITY_OPTION_INVALID', { url: 'redis://127.0.0.1', keyPrefix: '{tag}' }],
    ['API_SECURITY_OPTION_UNKNOWN', { url: 'redis://127.0.0.1', prefix: 'a' }],
  ])('%s for %j', (code, options) => {
    for (const make of [redisSequences, redisCoordination]) {
      expect(() => make(options as { url: string })).toThrow(expect.objectContaining({ code }));
    }
  });
});
