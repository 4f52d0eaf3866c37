import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Alert } from '../src/alert/alert.js';
import type { ApiSecurity } from '../src/api-security.js';
import type { Ban } from '../src/coordination/ban.js';
import type { Coordination, News } from '../src/coordination/coordination.js';
import { createApiSecurity } from '../src/create-api-security.js';
import { silentLogger } from '../src/logger.js';
import type { ApiSecurityOptions } from '../src/options.js';
import { writeRejection } from '../src/policy/write-rejection.js';
import { memoryStore } from '../src/store/memory-store.js';
import { writeFakeModels } from '../src/testing/fake-models.js';
import { fakeRuntime } from '../src/testing/fake-runtime.js';
import { alertOf } from '../src/testing/sample-assessments.js';
import { SharedCoordination as Shared } from './shared-coordination.js';

const ATTACK = '/users?id=1%27%20or%201=1--';
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function serving(options: ApiSecurityOptions): Promise<{ security: ApiSecurity; get: Get }> {
  const models = writeFakeModels();
  cleanUps.push(() => models.remove());
  const security = createApiSecurity({
    models: models.directory,
    runtime: fakeRuntime(),
    logger: silentLogger,
    limits: { timeMs: 2_000 },
    ...options,
  });
  cleanUps.push(() => security.close());
  await security.ready();
  const server = createServer((request, response) => {
    const held = security.guard(request, response);
    if (held === null) response.end('handled');
    else
      void held.then((verdict) => {
        if (verdict.action === 'continue') response.end('handled');
        else if (verdict.action === 'reject') writeRejection(response, verdict.rejection);
      });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { security, get: (path) => fetch(`http://127.0.0.1:${port}${path}`) };
}

type Get = (path: string) => Promise<Response>;

describe('engines that share a coordination', () => {
  it('grow one alert, which each of them emits, and the store has once with the whole count', async () => {
    const shared = new Shared();
    const store = memoryStore();
    const instances = await Promise.all([1, 2].map(() => serving({ coordination: shared.instance(), store })));
    const alerts: Alert[] = [];
    const news: News[] = [];
    for (const { security } of instances) {
      security.on('alert', (alert) => alerts.push(alert));
      security.on('news', (one) => news.push(one));
    }
    for (let i = 0; i < 6; i++) await instances[i % 2]?.get(ATTACK).then((response) => response.text());
    await expect.poll(() => alerts.length).toBe(6);
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(1);
    expect(alerts.map(({ count }) => count)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(news).toEqual(alerts.map((payload) => ({ event: 'alert', payload })));
    expect(instances.map(({ security }) => security.counters.news)).toEqual([3, 3]);
    for (const { security } of instances) await security.close();
    expect((await store.alerts()).items.map(({ id, count }) => ({ id, count }))).toEqual([
      { id: alerts[0]?.id, count: 6 },
    ]);
  });

  it('write an alert that was still being joined when they close', async () => {
    const shared = new Shared();
    const store = memoryStore();
    let join = (): void => {};
    const joinAlert: Coordination['joinAlert'] = (key, mine, windowMs) =>
      new Promise((resolve) => {
        join = () => resolve(shared.memory.joinAlert(key, mine, windowMs));
      });
    const { security, get } = await serving({ coordination: shared.instance({ joinAlert }), store });
    await get(ATTACK);
    await expect.poll(() => security.counters.alerts).toBe(1);
    const closing = security.close();
    join();
    await closing;
    expect((await store.alerts()).total).toBe(1);
  });

  it('tell failures of it, and go on', async () => {
    const failing = async (): Promise<never> => {
      throw new Error('planted');
    };
    const coordination = new Shared().instance({ count: failing, joinAlert: failing });
    const { security, get } = await serving({ coordination, mode: 'block', policy: { ban: {} } });
    const errors: Error[] = [];
    security.on('error', (error) => errors.push(error));
    expect((await get(ATTACK)).status).toBe(403);
    expect((await get('/users?id=7')).status).toBe(200);
    await expect.poll(() => errors.map(({ message }) => message)).toEqual(['planted', 'planted']);
    expect(security.counters.errors).toBe(2);
  });

  it('say once when local state stands in for it', async () => {
    let tell: (error: unknown) => void = () => {};
    const onTrouble = (listener: (error: unknown) => void): void => {
      tell = listener;
    };
    const { security } = await serving({ coordination: new Shared().instance({ onTrouble }) });
    const told: unknown[] = [];
    security.on('degraded', (event) => told.push(event));
    tell(new Error('connection refused'));
    tell(null);
    expect(told).toEqual([{ part: 'coordination', reason: 'connection refused' }]);
  });

  it('pass on news that others publish', async () => {
    const shared = new Shared();
    const { security } = await serving({ coordination: shared.instance() });
    const heard: News[] = [];
    security.on('news', (news) => heard.push(news));
    const news: News = { event: 'acknowledged', payload: alertOf({ acknowledged: { at: 1, by: 'ada', note: '' } }) };
    shared.instance().publish(news);
    expect(heard).toEqual([news]);
  });
});

describe('bans', () => {
  it('follow rejections: the client is rejected unread on every instance, and told when to come back', async () => {
    const shared = new Shared();
    const [one, two] = await Promise.all(
      [1, 2].map(() =>
        serving({
          coordination: shared.instance(),
          mode: 'block',
          policy: { ban: { forMs: 60_000, rejections: { count: 3, withinMs: 60_000 } } },
        }),
      ),
    );
    const banned: Ban[] = [];
    one?.security.on('banned', (ban) => banned.push(ban));
    for (let i = 0; i < 3; i++) {
      expect((await two?.get('/users?id=7'))?.status).toBe(200);
      expect((await one?.get(ATTACK))?.status).toBe(403);
    }
    await expect.poll(() => banned.length).toBe(1);
    expect(banned[0]).toMatchObject({
      clientKey: '127.0.0.1',
      reason: '3 rejected requests within 60 s',
      by: 'policy',
    });
    const before = two?.security.counters;
    const response = await two?.get('/users?id=7');
    expect(response?.status).toBe(403);
    expect(Number(response?.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(await response?.json()).toMatchObject({ status: 403, code: 'API_SECURITY_CLIENT_BANNED' });
    const after = two?.security.counters;
    expect(after?.banned).toBe(1);
    expect(after?.scored).toBe(before?.scored);
    await one?.security.bans.unban('127.0.0.1');
    expect((await two?.get('/users?id=7'))?.status).toBe(200);
  });

  it('hold in block mode alone', async () => {
    const { security, get } = await serving({ mode: 'monitor' });
    await security.bans.ban({ clientKey: '127.0.0.1', forMs: 60_000, reason: 'a test', by: 'ada' });
    expect((await get('/users?id=7')).status).toBe(200);
    security.mode = 'block';
    expect((await get('/users?id=7')).status).toBe(403);
  });

  it('follow failed log-ins where the policy says so', async () => {
    const ban = { rejections: null, failedLogins: { count: 3, withinMs: 60_000 } };
    const { security, get } = await serving({ mode: 'block', policy: { ban } });
    security.on('assessment', () => {});
    const server = await logins(security);
    for (let i = 0; i < 3; i++) expect((await server('/sign-in')).status).toBe(200);
    await expect.poll(() => security.bans.of(null, '127.0.0.1')?.reason).toBe('3 failed log-ins within 60 s');
    expect((await get('/users?id=7')).status).toBe(403);
  });
});

/** An app that answers 200 to a wrong password, and says so. */
async function logins(security: ApiSecurity): Promise<Get> {
  const server = createServer((request, response) => {
    void security.guard(request, response)?.then(() => {
      security.login.failed(request, 'bob');
      response.end('wrong password');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return (path) => fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST' });
}
