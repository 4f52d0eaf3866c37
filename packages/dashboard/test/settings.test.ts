import { memoryStore } from '@api-security/core';
import { assessmentOf } from '@api-security/core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { type GuardedApp, guardedApp } from './guarded-app.js';
import { ADA, type Served } from './served.js';
import { useServed } from './started.js';

const ATTACK = `/users?id=${encodeURIComponent("1' or 1=1--")}`;
const USUAL = { mode: 'monitor', thresholds: { medium: 0.4, high: 0.6, critical: 0.8 } };
const STRICT = { medium: 0.1, high: 0.2, critical: 0.3 };

const start = useServed();
const apps: GuardedApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

async function guarded(...given: Parameters<typeof start>): Promise<Served & { app: GuardedApp }> {
  const one = await start(...given);
  const app = await guardedApp(one.security);
  apps.push(app);
  return { ...one, app };
}

describe('settings', () => {
  it('are those of the options until somebody changes them', async () => {
    const { get } = await start();
    expect((await get('/api/settings')).json).toEqual({
      ...USUAL,
      usual: USUAL,
      version: 0,
      at: null,
      by: null,
      exemptions: [],
    });
  });

  it('change what is done with the next request, and back again', async () => {
    const { app, change, get } = await guarded();
    expect(await app.get(ATTACK)).toBe(200);
    const { status, json } = await change('POST', '/api/settings', { mode: 'block', note: 'we have seen enough' });
    expect([status, json]).toMatchObject([200, { mode: 'block', usual: USUAL, version: 1, by: 'ada' }]);
    expect(await app.get(ATTACK)).toBe(403);
    expect((await change('POST', '/api/settings', { thresholds: { ...STRICT, critical: 1 } })).json).toMatchObject({
      mode: 'block',
      thresholds: { medium: 0.1, high: 0.2, critical: 1 },
      version: 2,
    });
    expect(await app.get(ATTACK)).toBe(200);
    expect((await get('/api/health')).json).toMatchObject({ mode: 'block', thresholds: { critical: 1 } });
    await change('POST', '/api/settings', { mode: null, thresholds: null });
    expect((await get('/api/settings')).json).toMatchObject({ ...USUAL, version: 3 });
    expect((await get('/api/health')).json).toMatchObject(USUAL);
  });

  it('last over a restart with the same store', async () => {
    const store = memoryStore();
    const one = await start({}, { store });
    await one.change('POST', '/api/settings', { mode: 'block', thresholds: STRICT });
    const before = (await one.get('/api/settings')).json;
    const two = await start({}, { store });
    expect((await two.get('/api/settings')).json).toEqual(before);
  });

  it('say in the audit log who changed them, from what to what', async () => {
    const { change, get } = await start();
    await change('POST', '/api/settings', { mode: 'block', note: 'we have seen enough' });
    await change('POST', '/api/settings', { thresholds: STRICT });
    const { items } = (await get('/api/audit')).json;
    expect(items).toMatchObject([
      {
        action: 'settings',
        subject: 'thresholds',
        detail: { before: { mode: 'block', thresholds: null }, after: { mode: 'block', thresholds: STRICT } },
      },
      {
        action: 'settings',
        subject: 'mode',
        actor: 'ada',
        tenant: null,
        detail: { after: { mode: 'block', thresholds: null }, note: 'we have seen enough' },
      },
    ]);
  });

  it.each([
    [{}],
    [{ note: 'nothing' }],
    [{ mode: 'on' }],
    [{ mode: 7 }],
    [{ thresholds: {} }],
    [{ thresholds: { medium: 0.5, high: 0.4, critical: 0.8 } }],
    [{ thresholds: { medium: 0.4, high: 0.4, critical: 0.8 } }],
    [{ thresholds: { medium: 0, high: 0.4, critical: 0.8 } }],
    [{ thresholds: { medium: 0.1, high: 0.4, critical: 1.1 } }],
    [{ thresholds: { medium: '0.1', high: '0.4', critical: '0.8' } }],
    [{ mode: 'block', note: 'a'.repeat(4_097) }],
    ['block'],
    [null],
  ])('refuse %o', async (body) => {
    const { change, get } = await start();
    const { status, headers, json } = await change('POST', '/api/settings', body);
    expect([status, json.code]).toEqual([400, 'API_SECURITY_REQUEST_INVALID']);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect((await get('/api/settings')).json.version).toBe(0);
    expect((await get('/api/audit')).json.total).toBe(0);
  });

  it('are changed by who may configure, for all tenants, from our own pages alone', async () => {
    const clerk = await start({ authorize: () => ({ actor: 'bob', can: ['read', 'acknowledge', 'label'] }) });
    expect((await clerk.change('POST', '/api/settings', { mode: 'block' })).status).toBe(403);
    for (const tenant of ['a', null]) {
      const tenants = await start({ authorize: () => ({ ...ADA, tenant }) });
      expect((await tenants.change('POST', '/api/settings', { mode: 'block' })).status).toBe(403);
      expect((await tenants.get('/api/settings')).status).toBe(200);
    }
    const { change, security } = await start();
    for (const headers of [{ 'x-csrf-token': '' }, { origin: 'https://evil.example' }]) {
      expect((await change('POST', '/api/settings', { mode: 'block' }, headers)).status).toBe(403);
    }
    const readOnly = await start({ readOnly: true });
    expect((await readOnly.change('POST', '/api/settings', { mode: 'block' })).status).toBe(403);
    const blind = await start({ authorize: () => ({ actor: 'eve', can: ['configure'] }) });
    expect((await blind.get('/api/settings')).status).toBe(403);
    expect(security.mode).toBe('monitor');
  });

  it('say that they cannot be saved', async () => {
    const { change, security } = await start();
    const save = security.store.saveSettings;
    const code = 'API_SECURITY_STORE_FAILED';
    security.store.saveSettings = () => Promise.reject(Object.assign(new Error('refused'), { code }));
    const { status, json } = await change('POST', '/api/settings', { mode: 'block' });
    security.store.saveSettings = save;
    expect([status, json.code, security.mode]).toEqual([503, code, 'monitor']);
    const { items } = await security.store.audits();
    expect(items.map(({ action }) => action)).toEqual(['settings-failed', 'settings']);
  });
});

describe('what if', () => {
  const scores = [0.05, 0.3, 0.45, 0.5, 0.7, 0.95];

  async function scored(...given: Parameters<typeof start>): Promise<Served> {
    const one = await start(...given);
    const now = Date.now();
    const assessments = scores.map((score, i) =>
      assessmentOf({ at: now - 1_000 * i, score, tenant: i % 2 === 0 ? 'a' : 'b' }),
    );
    await one.security.store.append({ assessments, alerts: [] });
    return one;
  }

  it('tells what other thresholds would do, and changes nothing', async () => {
    const { get, security } = await scored();
    const { json } = await get('/api/what-if?medium=0.2&high=0.5&critical=0.7');
    expect(json).toMatchObject({
      looked: 6,
      isAll: true,
      before: { levels: { low: 2, medium: 2, high: 1, critical: 1 }, rejectable: 1 },
      after: { levels: { low: 1, medium: 2, high: 1, critical: 2 }, rejectable: 2 },
    });
    expect(json.changes).toEqual(
      expect.arrayContaining([
        { from: 'low', to: 'medium', count: 1 },
        { from: 'medium', to: 'high', count: 1 },
        { from: 'high', to: 'critical', count: 1 },
      ]),
    );
    expect((json.changes as unknown[]).length).toBe(3);
    expect((json.examples as { score: number }[]).map(({ score }) => score)).toEqual([0.3, 0.5, 0.7]);
    expect(security.thresholds).toEqual(USUAL.thresholds);
  });

  it('tells nothing of what stays as it is', async () => {
    const { get } = await scored();
    const { json } = await get('/api/what-if?medium=0.4&high=0.6&critical=0.8');
    expect([json.changes, json.examples]).toEqual([[], []]);
    expect(json.before).toEqual(json.after);
  });

  it('goes by the thresholds that hold now', async () => {
    const { get, change } = await scored();
    await change('POST', '/api/settings', { thresholds: { medium: 0.2, high: 0.5, critical: 0.7 } });
    const { json } = await get('/api/what-if?medium=0.2&high=0.5&critical=0.7');
    expect(json).toMatchObject({ before: { rejectable: 2 }, changes: [] });
  });

  it('is about a span and a tenant, an own one alone', async () => {
    const { get } = await scored();
    const tried = 'medium=0.2&high=0.5&critical=0.7';
    expect((await get(`/api/what-if?${tried}&tenant=a`)).json.looked).toBe(3);
    const from = Date.now() - 60_000;
    expect((await get(`/api/what-if?${tried}&from=${from}`)).json).toMatchObject({ looked: 6, from });
    expect((await get(`/api/what-if?${tried}&to=1`)).json.looked).toBe(0);
    const own = await scored({ authorize: () => ({ ...ADA, tenant: 'a' }) });
    const { json } = await own.get(`/api/what-if?${tried}&tenant=b`);
    expect(json.looked).toBe(3);
    expect((json.examples as { tenant: string }[]).every(({ tenant }) => tenant === 'a')).toBe(true);
  });

  it.each([
    [''],
    ['?medium=0.2&high=0.5'],
    ['?medium=0.5&high=0.2&critical=0.7'],
    ['?medium=0&high=0.2&critical=0.7'],
    ['?medium=a&high=0.2&critical=0.7'],
    ['?medium=0.1&high=0.2&critical=2'],
    ['?medium=0.1&high=0.2&critical=0.7&from=yesterday'],
  ])('refuses %s', async (query) => {
    const { get } = await start();
    const { status, json } = await get(`/api/what-if${query}`);
    expect([status, json.code]).toEqual([400, 'API_SECURITY_REQUEST_INVALID']);
  });
});
