import type { StoredExemption } from '@api-security/core';
import { alertOf, assessmentOf, sampleId } from '@api-security/core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { type GuardedApp, guardedApp } from './guarded-app.js';
import { ADA, type Served } from './served.js';
import { useServed } from './started.js';

const DAY_MS = 24 * 3_600_000;
const START = Date.UTC(2026, 0, 1);
const SQLI = encodeURIComponent("1' or 1=1--");
const XSS = encodeURIComponent('<script>tea</script>');
const ROUTE = 'GET /users/{id}';

const start = useServed();
const apps: GuardedApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

const TENANTS = {
  mode: 'block',
  tenant: (request: { headers: Record<string, unknown> }) => (request.headers['x-tenant'] as string) ?? null,
} as never;

/** Requests above low, two of them with two places that spoke, and their alerts. */
async function filled(...given: Parameters<typeof start>): Promise<Served> {
  const one = await start(...given);
  const [sqli] = assessmentOf().evidence;
  const two = [sqli, { ...sqli, place: 'query.q', category: 'xss', score: 0.9 }] as never;
  const rows = [
    assessmentOf({ at: START, tenant: 'a' }),
    assessmentOf({ at: START + 1, tenant: 'a', evidence: two }),
    assessmentOf({ at: START + 2, tenant: 'b', score: 0.5, level: 'medium' }),
    assessmentOf({ at: START + 3, tenant: 'b', request: { ...assessmentOf().request, method: 'POST' } }),
    assessmentOf({ at: START + 4, tenant: 'b', level: 'low', score: 0.1, evidence: [] }),
  ];
  const alerts = rows.slice(0, 4).map((assessment) => alertOf({ assessment }));
  await one.security.store.append({ assessments: rows, alerts });
  return one;
}

const soon = (): number => Date.now() + DAY_MS;

describe('the preview of an exemption', () => {
  it('tells what it would have let through, and changes nothing', async () => {
    const { change, security } = await filled();
    const { status, json } = await change('POST', '/api/exemptions/preview', { route: ROUTE, field: 'query.sort' });
    expect(status).toBe(200);
    expect(json).toMatchObject({ looked: 4, isAll: true, matched: 3, letThrough: 1 });
    expect((json.examples as { at: number }[]).map(({ at }) => at - START)).toEqual([0, 2, 1]);
    expect([security.settings.current.version, (await security.store.audits()).total]).toEqual([0, 0]);
  });

  it.each([
    [{ route: ROUTE }, { matched: 3, letThrough: 2 }],
    [
      { route: ROUTE, category: 'xss' },
      { matched: 1, letThrough: 0 },
    ],
    [
      { route: ROUTE, category: 'ssti' },
      { matched: 0, letThrough: 0 },
    ],
    [{ route: 'PUT /users/{id}' }, { looked: 4, matched: 0 }],
    [
      { route: ROUTE, tenant: 'b' },
      { looked: 2, matched: 1, letThrough: 0 },
    ],
    [
      { route: ROUTE, tenant: null },
      { looked: 0, matched: 0 },
    ],
  ])('of %o is %o', async (scope, expected) => {
    const { change } = await filled();
    expect((await change('POST', '/api/exemptions/preview', scope)).json).toMatchObject(expected);
  });

  it('shows a tenant its own requests only, to whoever may read', async () => {
    const { change } = await filled({ authorize: () => ({ actor: 'bob', tenant: 'b', can: ['read'] }) });
    const { json } = await change('POST', '/api/exemptions/preview', { route: ROUTE, tenant: 'a' });
    expect(json).toMatchObject({ looked: 2, matched: 1 });
    expect((json.examples as { tenant: string }[]).map(({ tenant }) => tenant)).toEqual(['b']);
  });
});

describe('an exemption', () => {
  it('lets its place pass from the next request on, no near one, and can be undone', async () => {
    const one = await start({ authorize: () => ({ ...ADA, tenant: 'a' }) }, TENANTS);
    const app = await guardedApp(one.security);
    apps.push(app);
    expect(await app.get(`/notes?text=${XSS}`, 'a')).toBe(403);
    const scope = { route: 'GET /notes', field: 'query.text', category: 'xss' };
    const made = await one.change('POST', '/api/exemptions', { ...scope, expiresAt: soon(), note: 'drafts' });
    expect(made.status).toBe(200);
    expect(made.json).toMatchObject({ ...scope, tenant: 'a', by: 'ada', note: 'drafts' });
    expect((await one.get('/api/settings')).json.exemptions).toEqual([made.json]);
    expect(await app.get(`/notes?text=${XSS}`, 'a')).toBe(200);
    expect(await app.get(`/notes?text=${XSS}`, 'b')).toBe(403);
    expect(await app.get(`/notes?text=${XSS}`)).toBe(403);
    expect(await app.get(`/notes?title=${XSS}`, 'a')).toBe(403);
    expect(await app.get(`/notes?text=${SQLI}`, 'a')).toBe(403);
    expect(await app.get(`/drafts?text=${XSS}`, 'a')).toBe(403);
    const undone = await one.change('DELETE', `/api/exemptions/${made.json.id}`);
    expect([undone.status, undone.json]).toEqual([200, made.json]);
    expect(await app.get(`/notes?text=${XSS}`, 'a')).toBe(403);
    expect((await one.get('/api/settings')).json.exemptions).toEqual([]);
    expect((await one.change('DELETE', `/api/exemptions/${made.json.id}`)).status).toBe(404);
  });

  it('says of an alert that it was no attack, in its tenant', async () => {
    const { change, get, security } = await filled();
    const { id } = alertOf({ assessment: assessmentOf({ at: START }) });
    const told: unknown[] = [];
    security.coordination.publish = (news) => void told.push(news);
    const body = { route: ROUTE, field: 'query.sort', expiresAt: soon(), note: 'a report', alertId: id };
    const { json } = await change('POST', '/api/exemptions', body);
    expect(json.tenant).toBe('a');
    const [acknowledged] = (await security.store.alerts({ acknowledged: true })).items;
    expect(acknowledged).toMatchObject({ id, acknowledged: { by: 'ada', note: 'not an attack: a report' } });
    expect(told).toMatchObject([{ event: 'settings' }, { event: 'acknowledged', payload: { id } }]);
    const { items } = (await get('/api/audit')).json;
    expect(items).toMatchObject([
      { action: 'acknowledge', subject: id, tenant: 'a' },
      { action: 'exempt', subject: ROUTE, tenant: 'a', detail: { before: null, after: { alertId: id } } },
    ]);
    // Somebody was faster: the alert stays theirs, and the place is exempt all the same.
    expect((await change('POST', '/api/exemptions', { ...body, note: 'again' })).status).toBe(200);
    expect((await security.store.alerts({ acknowledged: true })).items).toEqual([acknowledged]);
  });

  it('is for everybody where somebody for all tenants names none', async () => {
    const { change, security } = await filled();
    await change('POST', '/api/exemptions', { route: ROUTE, expiresAt: soon() });
    await change('POST', '/api/exemptions', { route: ROUTE, expiresAt: soon(), tenant: null });
    const [all, none] = security.settings.current.exemptions;
    expect([all?.tenant, none?.tenant]).toEqual([undefined, null]);
  });

  it('is a tenant’s own, and nobody sees or takes back another’s', async () => {
    const { change, get, security } = await filled({ authorize: () => ({ ...ADA, tenant: 'a' }) });
    const mine = await change('POST', '/api/exemptions', { route: ROUTE, expiresAt: soon(), tenant: 'b' });
    expect(mine.json.tenant).toBe('a');
    const theirs: StoredExemption[] = [];
    for (const tenant of [{ tenant: 'b' }, { tenant: null }, {}]) {
      theirs.push(await security.settings.exempt({ route: ROUTE, ...tenant }, 'bob'));
    }
    expect((await get('/api/settings')).json.exemptions).toEqual([mine.json]);
    for (const { id } of theirs) expect((await change('DELETE', `/api/exemptions/${id}`)).status).toBe(404);
    const other = alertOf({ assessment: assessmentOf({ at: START + 2 }) });
    const body = { route: ROUTE, expiresAt: soon(), alertId: other.id };
    expect((await change('POST', '/api/exemptions', body)).status).toBe(404);
    expect(security.settings.current.exemptions.length).toBe(4);
  });

  it('of an actor without a tenant’s name is for those without one', async () => {
    const { change } = await start({ authorize: () => ({ ...ADA, tenant: null }) });
    const { json } = await change('POST', '/api/exemptions', { route: ROUTE, expiresAt: soon(), tenant: 'b' });
    expect(json.tenant).toBe(null);
  });

  it('needs the right to label, and our own pages', async () => {
    const body = { route: ROUTE, expiresAt: soon() };
    const reader = await start({ authorize: () => ({ actor: 'bob', can: ['read', 'acknowledge', 'configure'] }) });
    expect((await reader.change('POST', '/api/exemptions', body)).status).toBe(403);
    expect((await reader.change('DELETE', '/api/exemptions/a')).status).toBe(403);
    const labeller = await start({ authorize: () => ({ actor: 'bob', can: ['read', 'label'] }) });
    expect((await labeller.change('POST', '/api/exemptions', body)).status).toBe(200);
    const { change, security } = await start();
    expect((await change('POST', '/api/exemptions', body, { 'x-csrf-token': '' })).status).toBe(403);
    expect((await change('POST', '/api/exemptions', body, { origin: 'https://evil.example' })).status).toBe(403);
    expect(security.settings.current.version).toBe(0);
  });

  it.each([
    [{ route: '' }],
    [{ route: undefined }],
    [{ field: '' }],
    [{ category: 'anything' }],
    [{ tenant: 7 }],
    [{ expiresAt: undefined }],
    [{ expiresAt: 1 }],
    [{ expiresAt: Date.now() + 400 * DAY_MS }],
    [{ expiresAt: 'never' }],
    [{ note: 7 }],
    [{ alertId: 7 }],
  ])('is refused with %o', async (wrong) => {
    const { change, security } = await start();
    const body = { route: ROUTE, expiresAt: soon(), ...wrong };
    const { status, headers, json } = await change('POST', '/api/exemptions', body);
    expect([status, json.code]).toEqual([400, 'API_SECURITY_REQUEST_INVALID']);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect([security.settings.current.version, (await security.store.audits()).total]).toEqual([0, 0]);
  });

  it('is refused for an alert that is none', async () => {
    const { change, security } = await filled();
    for (const alertId of ['', 'a', "' or 1=1", sampleId(START, 9), 'ffffffff-ffff-7fff-8000-000000000000']) {
      const body = { route: ROUTE, expiresAt: soon(), alertId };
      expect((await change('POST', '/api/exemptions', body)).status).toBe(404);
    }
    expect(security.settings.current.version).toBe(0);
  });
});
