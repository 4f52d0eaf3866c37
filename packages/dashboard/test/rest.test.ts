import type { Assessment } from '@api-security/core';
import { alertOf, assessmentOf, sampleId } from '@api-security/core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { dashboard } from '../src/index.js';
import { ADA, type Served, served } from './served.js';

const START = Date.UTC(2026, 0, 1);
const open: Served[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function start(...given: Parameters<typeof served>): Promise<Served> {
  const one = await served(...given);
  open.push(one);
  return one;
}

/** Three rows of the log and two alerts, of two tenants. */
async function filled(...given: Parameters<typeof served>): Promise<Served> {
  const one = await start(...given);
  const rows = [
    assessmentOf({ at: START }),
    assessmentOf({ at: START + 1, level: 'low', category: null, score: 0.1, tenant: 'a' }),
    assessmentOf({
      at: START + 2,
      level: 'high',
      category: 'xss',
      score: 0.7,
      client: { key: 'b', address: '192.0.2.9' },
    }),
  ];
  const other = { ...rows[2], tenant: 'a' } as Assessment;
  const alerts = [alertOf({ assessment: rows[0] as Assessment }), alertOf({ assessment: other })];
  await one.security.store.append({ assessments: rows, alerts });
  return one;
}

const items = (answer: { json: Record<string, unknown> }) => answer.json.items as { id: string; at: number }[];

/** Answers of an app that let nobody in. */
const NOBODY: readonly (readonly [what: string, authorize: () => unknown])[] = [
  ['false', () => false],
  [
    'a throw',
    () => {
      throw new Error('planted');
    },
  ],
  ['a rejection', () => Promise.reject(new Error('planted'))],
  ['nothing', () => undefined],
  ['an actor without a name', () => ({ actor: '', can: ['read'] })],
  ['true', () => true],
];

describe('who may see and change what', () => {
  it('cannot be mounted without somebody who says who asks', async () => {
    const { security } = await start();
    for (const options of [{}, { authorize: 'everybody' }, undefined]) {
      expect(() => dashboard(security, options as never)).toThrow('API_SECURITY_OPTION_INVALID');
    }
  });

  it.each(NOBODY)('is closed to whom the app answers with %s', async (_what, authorize): Promise<void> => {
    const { get } = await start({ authorize: authorize as never });
    const paths = ['/api/session', '/api/logs', '/api/openapi.json', '/api/events', '/nothing'];
    for (const path of paths) expect([path, (await get(path)).status]).toEqual([path, 401]);
  });

  it('gives each right by itself', async () => {
    const reader = await filled({ authorize: () => ({ actor: 'bob', can: ['read'] }) });
    expect((await reader.get('/api/logs')).status).toBe(200);
    const { id } = alertOf({ assessment: assessmentOf({ at: START }) });
    expect((await reader.change('POST', `/api/alerts/${id}/acknowledge`, { note: '' })).status).toBe(403);
    expect((await reader.change('POST', '/api/bans', { clientKey: 'a', forMs: 1, reason: 'r' })).status).toBe(403);
    expect((await reader.security.store.alerts()).total).toBe(2);
    const blind = await filled({ authorize: () => ({ actor: 'eve', can: ['acknowledge'] }) });
    expect((await blind.get('/api/logs')).status).toBe(403);
  });

  it('lets nobody change anything where it is read-only', async () => {
    const { get, change } = await filled({ readOnly: true });
    expect((await get('/api/session')).json.can).toEqual(['read']);
    expect((await change('POST', '/api/bans', { clientKey: 'a', forMs: 1, reason: 'r' })).status).toBe(403);
  });

  it('takes changes from its own pages alone', async () => {
    const { change, get } = await filled();
    const ban = { clientKey: 'a', forMs: 1_000, reason: 'r' };
    const from = (headers: Record<string, string>) => change('POST', '/api/bans', ban, headers);
    expect((await from({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await from({ 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await from({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await from({ 'x-csrf-token': '' })).status).toBe(403);
    expect((await from({ 'x-csrf-token': 'A'.repeat(43) })).status).toBe(403);
    expect((await from({ 'content-type': 'text/plain' })).status).toBe(415);
    expect((await get('/api/bans')).json).toEqual([]);
    expect((await from({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  it('shows a tenant its own rows only, and takes changes for it alone', async () => {
    const { get, change, security } = await filled({ authorize: () => ({ ...ADA, tenant: 'a' }) });
    expect(items(await get('/api/logs')).map(({ at }) => at)).toEqual([START + 1]);
    expect(items(await get('/api/logs?tenant=b')).length).toBe(1);
    expect((await get('/api/stats?from=0')).json.requests).toBe(1);
    expect(items(await get('/api/alerts')).length).toBe(1);
    const other = alertOf({ assessment: assessmentOf({ at: START }) });
    expect((await change('POST', `/api/alerts/${other.id}/acknowledge`, { note: '' })).status).toBe(404);
    await change('POST', '/api/bans', { clientKey: 'x', forMs: 60_000, reason: 'r', tenant: 'b' });
    expect(security.bans.of('a', 'x')?.by).toBe('ada');
    expect(security.bans.of('b', 'x')).toBe(null);
  });

  it('keeps its answers to those who asked', async () => {
    const { get } = await filled();
    for (const path of ['/api/logs', '/nothing']) {
      const { headers } = await get(path);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('access-control-allow-origin')).toBe(null);
    }
  });
});

describe('the log', () => {
  it('is paged and filtered', async () => {
    const { get } = await filled();
    const all = await get('/api/logs');
    expect(items(all).map(({ at }) => at - START)).toEqual([2, 1, 0]);
    expect(all.json).toMatchObject({ total: 3, isTotalExact: true, next: null });
    const ats = async (query: string) => items(await get(`/api/logs?${query}`)).map(({ at }) => at - START);
    expect(await ats('level=low')).toEqual([1]);
    expect(await ats('category=xss')).toEqual([2]);
    expect(await ats('client=b')).toEqual([2]);
    expect(await ats('address=192.0.2.7')).toEqual([1, 0]);
    expect(await ats('tenant=a')).toEqual([1]);
    expect(await ats(`from=${START + 1}&to=${START + 2}`)).toEqual([1]);
    expect(await ats('from=2026-01-01T00:00:00.002Z')).toEqual([2]);
    expect(await ats('method=GET&status=200&text=OR%201=1')).toEqual([2, 1, 0]);
    const first = await get('/api/logs?limit=2');
    expect(items(await get(`/api/logs?limit=2&cursor=${first.json.next}`)).map(({ at }) => at - START)).toEqual([0]);
    expect(items(await get('/api/logs?limit=2&page=2')).map(({ at }) => at - START)).toEqual([0]);
    expect((await get('/api/logs?limit=2&page=3')).json).toMatchObject({ items: [], next: null, total: 3 });
    expect((await get('/api/logs?page=51')).status).toBe(400);
  });

  it.each([
    'limit=0',
    'limit=201',
    'limit=x',
    'level=severe',
    'from=yesterday',
    'status=-1',
    'cursor=%27%20OR',
    `text=${'a'.repeat(2_000)}`,
  ])('refuses %s and says which field is wrong', async (query) => {
    const { get } = await filled();
    const { status, json, headers } = await get(`/api/logs?${query}`);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(json.code).toMatch(/^API_SECURITY_(?:REQUEST|STORE_INPUT)_INVALID$/);
    expect(String(json.detail)).toContain(query.split('=')[0]);
  });

  it('is exported whole, with formulas that no spreadsheet runs', async () => {
    const { security, get } = await start();
    const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '"=1', "=cmd|' /C calc'!A0"];
    const rows = Array.from({ length: 450 }, (_, i) => {
      const plain = assessmentOf({ at: START + i });
      return { ...plain, request: { ...plain.request, path: formulas[i % formulas.length] as string } };
    });
    await security.store.append({ assessments: rows, alerts: [] });
    const { text, headers, status } = await get('/api/logs.csv?level=critical');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(headers.get('content-disposition')).toBe('attachment; filename="log.csv"');
    expect(text.match(/^2026-01-01T/gm)?.length).toBe(450);
    expect(text.startsWith('at,id,level')).toBe(true);
    // Each that begins with one of these has an apostrophe in front.
    expect(/(?:\n|,)"?[=+@\t\r]/.test(text)).toBe(false);
  });
});

describe('alerts', () => {
  it('are those that nobody has taken note of, until somebody does', async () => {
    const { get, change } = await filled();
    const [first] = items(await get('/api/alerts'));
    const answer = await change('POST', `/api/alerts/${first?.id}/acknowledge`, { note: 'the audit' });
    expect(answer.json.acknowledged).toMatchObject({ by: 'ada', note: 'the audit' });
    expect(items(await get('/api/alerts')).length).toBe(1);
    expect(items(await get('/api/alerts?acknowledged=true')).map(({ id }) => id)).toEqual([first?.id]);
  });

  it('are acknowledged together, and those that do not exist are named', async () => {
    const { get, change } = await filled();
    const ids = [...items(await get('/api/alerts')).map(({ id }) => id), sampleId(START, 9)];
    const { json } = await change('POST', '/api/alerts/acknowledge', { ids });
    expect((json.alerts as unknown[]).length).toBe(2);
    expect(json.missing).toEqual([ids[2]]);
    expect((await change('POST', '/api/alerts/acknowledge', { ids: [] })).status).toBe(400);
  });

  it('that do not exist are not found', async () => {
    const { change } = await filled();
    for (const id of [sampleId(START, 9), "'%20OR%201=1", '..%2F..']) {
      expect((await change('POST', `/api/alerts/${id}/acknowledge`, { note: '' })).status).toBe(404);
    }
  });
});

describe('sums, bans, models and scores', () => {
  it('sums up a span, and by hour', async () => {
    const { get } = await filled();
    expect((await get(`/api/stats?from=${START}&to=${START + 10}`)).json).toMatchObject({ requests: 3, threats: 2 });
    expect((await get('/api/stats')).json).toMatchObject({ requests: 0 });
    expect((await get(`/api/stats/hourly?from=${START}`)).json).toMatchObject([{ at: START, requests: 3 }]);
  });

  it('bans and lifts bans, in the name of whoever does it', async () => {
    const { get, change, security } = await filled();
    const key = '2001:db8::/64';
    const made = await change('POST', '/api/bans', { clientKey: key, forMs: 60_000, reason: 'scraped us' });
    expect(made.json).toMatchObject({ clientKey: key, by: 'ada', reason: 'scraped us', tenant: null });
    expect(security.bans.of(null, key)).toEqual(made.json);
    expect((await get('/api/bans')).json).toEqual([made.json]);
    expect((await change('DELETE', `/api/bans/${encodeURIComponent(key)}`)).json).toEqual(made.json);
    expect((await change('DELETE', `/api/bans/${encodeURIComponent(key)}`)).status).toBe(404);
    for (const wrong of [{ forMs: 0 }, { reason: '' }, { clientKey: '' }, { forMs: 'long' }]) {
      const body = { clientKey: 'a', forMs: 1, reason: 'r', ...wrong };
      expect((await change('POST', '/api/bans', body)).status).toBe(400);
    }
  });

  it('says how the engine is', async () => {
    const { get, security } = await filled();
    expect((await get('/api/health')).json).toMatchObject({ status: 'ok', mode: 'monitor', counters: { requests: 0 } });
    security.mode = 'off';
    expect((await get('/api/health')).json.status).toBe('off');
  });

  it('scores described requests, one or many, and stores nothing', async () => {
    const { change, security } = await start();
    const attack = { method: 'GET', url: "/users?id=1' or 1=1--" };
    expect((await change('POST', '/api/analyze', attack)).json).toMatchObject({ level: 'critical', category: 'sqli' });
    const requests = [
      { method: 'GET', url: "/users?name=O'Brien" },
      attack,
      { method: 'POST', url: '/', body: { note: 'tea' } },
    ];
    const { json } = await change('POST', '/api/analyze-batch', { requests });
    expect((json.assessments as { level: string }[]).map(({ level }) => level)).toEqual(['low', 'critical', 'low']);
    expect((await security.store.logs()).total).toBe(0);
    expect((await change('POST', '/api/analyze', { method: 'GET' })).status).toBe(400);
    const many = Array.from({ length: 1_001 }, () => attack);
    expect((await change('POST', '/api/analyze-batch', { requests: many })).status).toBe(400);
  });

  it('does not tell what went wrong inside', async () => {
    const { get, security } = await start();
    const logs = security.store.logs;
    security.store.logs = () => Promise.reject(new Error('secret at /var/lib'));
    const { status, text, json } = await get('/api/logs');
    security.store.logs = logs;
    expect([status, json.code]).toEqual([500, 'API_SECURITY_DASHBOARD_FAILED']);
    expect(text).not.toContain('secret');
  });

  it('knows no other paths and methods', async () => {
    const { get, change } = await start();
    expect((await get('/api/nothing')).status).toBe(404);
    expect((await get('/api/logs/%2e%2e/%2e%2e/etc/passwd')).status).toBe(404);
    expect((await change('DELETE', '/api/logs')).status).toBe(405);
  });
});

describe('the OpenAPI document', () => {
  it('has every route, with its parameters and schemas', async () => {
    const { get } = await start();
    const { json } = await get('/api/openapi.json');
    expect(json.openapi).toBe('3.1.0');
    const paths = json.paths as Record<string, Record<string, { parameters?: { name: string }[] }>>;
    expect(Object.keys(paths).sort()).toEqual([
      '/api/alerts',
      '/api/alerts/acknowledge',
      '/api/alerts/{id}/acknowledge',
      '/api/analyze',
      '/api/analyze-batch',
      '/api/audit',
      '/api/bans',
      '/api/bans/{client}',
      '/api/clients/{key}',
      '/api/events',
      '/api/exemptions',
      '/api/exemptions/preview',
      '/api/exemptions/{id}',
      '/api/health',
      '/api/logs',
      '/api/logs.csv',
      '/api/models',
      '/api/models/self-test',
      '/api/scores',
      '/api/session',
      '/api/settings',
      '/api/stats',
      '/api/stats/hourly',
      '/api/top',
      '/api/what-if',
    ]);
    expect(paths['/api/logs']?.get?.parameters?.map(({ name }) => name)).toContain('cursor');
    expect(Object.keys(paths['/api/bans'] ?? {}).sort()).toEqual(['get', 'post']);
    const { schemas } = json.components as { schemas: object };
    expect(Object.keys(schemas)).toEqual(
      expect.arrayContaining(['Alert', 'Assessment', 'Ban', 'Problem', 'Statistics']),
    );
  });
});

describe('analyze', () => {
  it('adds to sequences for those who may configure, and for nobody else', async () => {
    const record = (one: Served) =>
      one.change('POST', '/api/analyze?record=true', { method: 'GET', url: '/', client: 'a' });
    for (const [can, status] of [
      [['read', 'configure'], 200],
      [['read', 'acknowledge', 'label'], 403],
    ] as const) {
      const one = await served({ authorize: () => ({ actor: 'ada', can }) });
      expect((await record(one)).status).toBe(status);
      await one.close();
    }
    const readOnly = await served({ readOnly: true });
    expect((await record(readOnly)).status).toBe(403);
    await readOnly.close();
  });
});
