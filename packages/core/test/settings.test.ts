import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiSecurity } from '../src/api-security.js';
import type { News } from '../src/coordination/coordination.js';
import { createApiSecurity } from '../src/create-api-security.js';
import { silentLogger } from '../src/logger.js';
import type { ApiSecurityOptions } from '../src/options.js';
import { writeRejection } from '../src/policy/write-rejection.js';
import type { Settings } from '../src/settings.js';
import { memoryStore } from '../src/store/memory-store.js';
import type { Store } from '../src/store/store.js';
import { writeFakeModels } from '../src/testing/fake-models.js';
import { fakeRuntime } from '../src/testing/fake-runtime.js';
import { SharedCoordination } from './shared-coordination.js';

const SQLI = encodeURIComponent("1' or 1=1--");
const XSS = encodeURIComponent('<script>tea</script>');
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface App {
  readonly security: ApiSecurity;
  /** Status of the answer to a GET. */
  get(path: string, tenant?: string): Promise<number>;
}

async function serving(options: ApiSecurityOptions = {}): Promise<App> {
  const models = writeFakeModels();
  cleanUps.push(() => models.remove());
  const security = createApiSecurity({
    models: models.directory,
    runtime: fakeRuntime(),
    logger: silentLogger,
    mode: 'block',
    limits: { timeMs: 2_000 },
    tenant: (request) => (request.headers['x-tenant'] as string | undefined) ?? null,
    ...options,
  });
  cleanUps.push(() => security.close());
  await security.ready();
  const server = createServer((request, response) => {
    void Promise.resolve(security.guard(request, response)).then((verdict) => {
      if (verdict?.action === 'reject') writeRejection(response, verdict.rejection);
      else response.end('handled');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const get: App['get'] = async (path, tenant) => {
    const headers = tenant === undefined ? {} : { 'x-tenant': tenant };
    return (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).status;
  };
  return { security, get };
}

/** A store of which one method is another. */
function replacing(store: Store, over: Partial<Store>): Store {
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown = over[name as keyof Store] ?? Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

describe('settings at run time', () => {
  it('switch the mode from the next request on', async () => {
    const { security, get } = await serving();
    const told: Settings[] = [];
    security.on('settings', (settings) => told.push(settings));
    expect(await get(`/users?id=${SQLI}`)).toBe(403);
    const { version } = await security.settings.change({ mode: 'monitor' }, 'ada');
    expect([await get(`/users?id=${SQLI}`), security.mode, version]).toEqual([200, 'monitor', 1]);
    await security.settings.change({ mode: null }, 'ada');
    expect([await get(`/users?id=${SQLI}`), security.mode]).toEqual([403, 'block']);
    expect(told).toHaveLength(2);
    expect(told[1]).toBe(security.settings.current);
  });

  it('leave a mode that was assigned, until the mode is changed again', async () => {
    const { security } = await serving();
    await security.settings.change({ mode: 'monitor' }, 'ada');
    security.mode = 'block';
    await security.settings.change({ thresholds: { critical: 0.9 } }, 'ada');
    expect(security.mode).toBe('block');
    await security.settings.change({ mode: 'monitor' }, 'ada');
    expect(security.mode).toBe('monitor');
  });

  it('turn everything off, and on again', async () => {
    const { security, get } = await serving();
    await security.settings.change({ mode: 'off' }, 'ada');
    expect([await get(`/users?id=${SQLI}`), security.counters.requests]).toEqual([200, 0]);
    await security.settings.change({ mode: 'block' }, 'ada');
    expect(await get(`/users?id=${SQLI}`)).toBe(403);
  });

  it('move the thresholds from the next request on, but not those of routes that have their own', async () => {
    const routes = [{ route: '/strict', thresholds: { critical: 0.8 } }];
    const { security, get } = await serving({ routes });
    await security.settings.change({ thresholds: { critical: 1 } }, 'ada');
    expect(security.thresholds).toEqual({ medium: 0.4, high: 0.6, critical: 1 });
    expect(await get(`/users?id=${SQLI}`)).toBe(200);
    expect(await get(`/strict?id=${SQLI}`)).toBe(403);
    await security.settings.change({ thresholds: null }, 'ada');
    expect(await get(`/users?id=${SQLI}`)).toBe(403);
  });

  it('exempt one place, and no near one', async () => {
    const { security, get } = await serving();
    const request = { route: 'GET /notes', field: 'query.text', category: 'xss', tenant: 'a' } as const;
    const { id } = await security.settings.exempt({ ...request, note: 'they are drafts' }, 'ada');
    expect(await get(`/notes?text=${XSS}`, 'a')).toBe(200);
    expect(await get(`/notes?text=${XSS}`, 'b')).toBe(403);
    expect(await get(`/notes?text=${XSS}`)).toBe(403);
    expect(await get(`/drafts?text=${XSS}`, 'a')).toBe(403);
    expect(await get(`/notes?title=${XSS}`, 'a')).toBe(403);
    expect(await get(`/notes?text=${SQLI}`, 'a')).toBe(403);
    expect(await get(`/notes?text=${XSS}&id=${SQLI}`, 'a')).toBe(403);
    await security.settings.unexempt(id, 'ada');
    expect(await get(`/notes?text=${XSS}`, 'a')).toBe(403);
  });

  it('exempt until a time, for everybody unless a tenant is named', async () => {
    let now = Date.UTC(2026, 0, 1);
    const clock = { now: () => now, monotonicMs: () => performance.now() };
    const { security, get } = await serving({ clock });
    await security.settings.exempt({ route: 'GET /notes', expiresAt: now + 1_000 }, 'ada');
    expect([await get(`/notes?text=${XSS}`, 'a'), await get(`/notes?text=${XSS}`)]).toEqual([200, 200]);
    now += 1_000;
    expect(await get(`/notes?text=${XSS}`, 'a')).toBe(403);
  });

  it('last over a restart with the same store', async () => {
    const store = memoryStore();
    const one = await serving({ store });
    await one.security.settings.change({ mode: 'monitor', thresholds: { medium: 0.5 } }, 'ada');
    await one.security.settings.exempt({ route: 'GET /notes' }, 'ada');
    await one.security.close();
    const two = await serving({ store });
    expect(two.security.mode).toBe('monitor');
    expect(two.security.thresholds.medium).toBe(0.5);
    expect(two.security.settings.current).toEqual(one.security.settings.current);
    two.security.mode = 'block';
    expect([await two.get(`/notes?text=${XSS}`), await two.get(`/users?id=${SQLI}`)]).toEqual([200, 403]);
  });

  it('hold at once on every instance that shares a store and a coordination', async () => {
    const shared = new SharedCoordination();
    const store = memoryStore();
    const [one, two] = await Promise.all([1, 2].map(() => serving({ store, coordination: shared.instance() })));
    const news: News[] = [];
    two?.security.on('news', (one) => news.push(one));
    await one?.security.settings.change({ mode: 'monitor' }, 'ada');
    await expect.poll(() => two?.security.mode).toBe('monitor');
    const { at } = two?.security.settings.current ?? {};
    expect(news).toEqual([{ event: 'settings', payload: { tenant: null, version: 1, at, by: 'ada' } }]);
    await Promise.all([
      one?.security.settings.change({ mode: 'block' }, 'ada'),
      two?.security.settings.exempt({ route: 'GET /notes' }, 'bob'),
    ]);
    await expect
      .poll(() => [one?.security.settings.current.version, two?.security.settings.current.version])
      .toEqual([3, 3]);
    for (const app of [one, two]) {
      expect([await app?.get(`/notes?text=${XSS}`), await app?.get(`/users?id=${SQLI}`)]).toEqual([200, 403]);
    }
  });

  it('do not stop a start or a request while the store is away', async () => {
    const settings = () => Promise.reject(new Error('connection refused'));
    const { security, get } = await serving({ mode: 'off', store: replacing(memoryStore(), { settings }) });
    const told: unknown[] = [];
    security.on('degraded', (event) => told.push(event));
    security.mode = 'block';
    await security.ready();
    expect(told).toEqual([{ part: 'settings', reason: 'connection refused' }]);
    expect([await get('/users?id=7'), await get(`/users?id=${SQLI}`)]).toEqual([200, 403]);
    await expect(security.settings.change({ mode: 'monitor' }, 'ada')).rejects.toThrow('connection refused');
    expect(security.mode).toBe('block');
  });

  it('are not changed any more after close()', async () => {
    const { security } = await serving();
    await security.close();
    await expect(security.settings.change({ mode: 'block' }, 'ada')).rejects.toThrow('API_SECURITY_CLOSED');
  });
});

describe('the audit log', () => {
  it('says who changes what', async () => {
    const { security } = await serving();
    const change = { actor: 'ada', action: 'settings', subject: 'mode', before: 'block', after: 'monitor' };
    const entry = await security.audit.record({ ...change, note: 'too many false alarms' });
    expect((await security.store.audits()).items).toEqual([entry]);
    expect(entry).toMatchObject({
      tenant: null,
      actor: 'ada',
      detail: { before: 'block', after: 'monitor', note: 'too many false alarms' },
    });
  });
});
