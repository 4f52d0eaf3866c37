import { type Assessment, systemClock } from '@api-security/core';
import { assessmentOf, sampleId } from '@api-security/core/testing';
import { describe, expect, it } from 'vitest';
import { ADA, type Served } from './served.js';
import { useServed } from './started.js';

const START = Date.UTC(2026, 0, 1);
const NONE = { cnn: null, content: null, flow: null, bilstm: null };
const start = useServed();

/** A dashboard over these rows, the first of which is the oldest. */
async function over(rows: readonly Partial<Assessment>[], ...given: Parameters<typeof start>): Promise<Served> {
  const one = await start(...given);
  const assessments = rows.map((row, i) => assessmentOf({ at: START + i, ...row }));
  await one.security.store.append({ assessments, alerts: [] });
  return one;
}

describe('scores', () => {
  it('are counted by bins, and given one by one, newest first', async () => {
    const { get } = await over([
      { score: 0.8, scores: { cnn: 0.8, content: 0.7, flow: 0.3, bilstm: 0.2 } },
      { score: 0.1, level: 'low', category: null, scores: NONE, tenant: 'a' },
      { score: 0.8, decision: { action: 'deny', reason: 'level' }, scores: { ...NONE, content: 0.95, cnn: 0.95 } },
    ]);
    const { status, json } = await get(`/api/scores?from=${START}`);
    expect(status).toBe(200);
    expect(json.histogram).toEqual([
      { score: 0.1, rejected: false, count: 1 },
      { score: 0.8, rejected: false, count: 1 },
      { score: 0.8, rejected: true, count: 1 },
    ]);
    expect(json.newest).toMatchObject([
      { at: START + 2, rejected: true, isCertain: true, content: 0.95, bilstm: null },
      { at: START + 1, rejected: false, isCertain: false, category: null, cnn: null, level: 'low' },
      { at: START, rejected: false, isCertain: false },
    ]);
    expect((json.newest as object[])[2]).toEqual({
      id: sampleId(START),
      at: START,
      score: 0.8,
      level: 'critical',
      category: 'sqli',
      cnn: 0.8,
      content: 0.7,
      flow: 0.3,
      bilstm: 0.2,
      durationMs: 1.75,
      route: '/users/{id}',
      clientKey: '192.0.2.7',
      rejected: false,
      isCertain: false,
    });
  });

  it('says that a member was certain at its own threshold, not that the towers together were', async () => {
    const certain = async (scores: Partial<Assessment['scores']>) => {
      const { get } = await over([{ scores: { ...NONE, ...scores } }]);
      return ((await get(`/api/scores?from=${START}`)).json.newest as { isCertain: boolean }[])[0]?.isCertain;
    };
    // The fake models are certain from 0.95.
    expect(await certain({ bilstm: 0.95 })).toBe(true);
    expect(await certain({ flow: 0.96 })).toBe(true);
    expect(await certain({ content: 0.9499 })).toBe(false);
    expect(await certain({ content: 0.9, flow: 0.9, cnn: 0.99 })).toBe(false);
  });

  it('are those of the last 24 hours, unless a span is named', async () => {
    const now = systemClock.now();
    const { get } = await over([{ at: now - 25 * 3_600_000 }, { at: now - 1_000 }]);
    const counts = async (query: string) => {
      const { json } = await get(`/api/scores?${query}`);
      const histogram = json.histogram as { count: number }[];
      return [histogram.reduce((sum, { count }) => sum + count, 0), (json.newest as object[]).length];
    };
    expect(await counts('')).toEqual([1, 1]);
    expect(await counts('from=0')).toEqual([2, 2]);
    expect(await counts(`from=0&to=${now - 2_000}`)).toEqual([1, 1]);
  });

  it('are those of as many requests as are asked for, at most 1,000, and 500 otherwise', async () => {
    const { get } = await over(Array.from({ length: 1_100 }, () => ({})));
    const newest = async (query: string) => ((await get(`/api/scores?from=0${query}`)).json.newest as object[]).length;
    expect(await newest('')).toBe(500);
    expect(await newest('&limit=3')).toBe(3);
    expect(await newest('&limit=1000')).toBe(1_000);
  });

  it("are a tenant's own", async () => {
    const rows = [{ tenant: 'a', score: 0.9 }, { tenant: 'b', score: 0.7 }, { score: 0.5 }];
    const { get } = await over(rows, { authorize: () => ({ ...ADA, tenant: 'a' }) });
    for (const query of ['from=0', 'from=0&tenant=b']) {
      const { json } = await get(`/api/scores?${query}`);
      expect(json.histogram).toEqual([{ score: 0.9, rejected: false, count: 1 }]);
      expect(json.newest).toMatchObject([{ score: 0.9 }]);
    }
    const operator = await over(rows);
    expect((await operator.get('/api/scores?from=0&tenant=b')).json.newest).toMatchObject([{ score: 0.7 }]);
  });
});

describe('the top', () => {
  const row = (key: string, route: string, more: Partial<Assessment> = {}): Partial<Assessment> => {
    const plain = assessmentOf();
    return { client: { key, address: `${key}.example` }, request: { ...plain.request, route }, ...more };
  };

  it('has the routes and clients with the most threats first', async () => {
    const { get } = await over([
      row('a', '/users/{id}', { score: 0.9 }),
      row('a', '/login', { level: 'medium', score: 0.45, category: 'brute-force' }),
      row('b', '/users/{id}', { level: 'high', score: 0.7, category: 'xss' }),
      row('a', '/users/{id}', { score: 0.85 }),
      row('c', '/calm', { level: 'low', category: null, score: 0.1 }),
      row('d', '', { subject: 'connection', level: 'high', score: 0.75, category: 'slow-attack' }),
    ]);
    expect((await get('/api/top')).json).toEqual({
      looked: 5,
      isAll: true,
      routes: [
        { route: '/users/{id}', threats: 3, worst: 0.9, lastAt: START + 3 },
        { route: '/login', threats: 1, worst: 0.45, lastAt: START + 1 },
      ],
      clients: [
        {
          key: 'a',
          tenant: null,
          address: 'a.example',
          threats: 3,
          worst: 0.9,
          lastAt: START + 3,
          categories: ['sqli', 'brute-force'],
        },
        {
          key: 'd',
          tenant: null,
          address: 'd.example',
          threats: 1,
          worst: 0.75,
          lastAt: START + 5,
          categories: ['slow-attack'],
        },
        {
          key: 'b',
          tenant: null,
          address: 'b.example',
          threats: 1,
          worst: 0.7,
          lastAt: START + 2,
          categories: ['xss'],
        },
      ],
    });
    expect((await get(`/api/top?from=${START + 2}&to=${START + 4}`)).json).toMatchObject({
      looked: 2,
      routes: [{ threats: 2 }],
    });
  });

  it('names ten of each', async () => {
    const { get } = await over(Array.from({ length: 30 }, (_, i) => row(`client ${i % 12}`, `/route/${i % 15}`)));
    const { json } = await get('/api/top');
    expect([json.looked, (json.routes as object[]).length, (json.clients as object[]).length]).toEqual([30, 10, 10]);
    expect((json.clients as object[])[0]).toMatchObject({ key: 'client 5', threats: 3 });
  });

  it('looks at the newest 1,000 of all levels, and says when there are more', async () => {
    const levels = ['medium', 'high', 'critical'] as const;
    const rows = Array.from({ length: 1_001 }, (_, i) =>
      row(i === 0 ? 'oldest' : 'a', '/', { level: levels[i % 3] ?? 'high' }),
    );
    const { get } = await over(rows.slice(0, 1_000));
    expect((await get('/api/top')).json).toMatchObject({
      looked: 1_000,
      isAll: true,
      clients: [{}, { key: 'oldest' }],
    });
    const more = await over(rows);
    const { json } = await more.get('/api/top');
    expect(json).toMatchObject({ looked: 1_000, isAll: false, clients: [{ key: 'a', threats: 1_000 }] });
  });

  it("is a tenant's own, and keeps clients of two tenants apart", async () => {
    const rows = [row('a', '/', { tenant: 'x' }), row('a', '/', { tenant: 'y' }), row('a', '/')];
    const { get } = await over(rows, { authorize: () => ({ ...ADA, tenant: 'x' }) });
    expect((await get('/api/top?tenant=y')).json).toMatchObject({ looked: 1, clients: [{ tenant: 'x', threats: 1 }] });
    const operator = await over(rows);
    expect((await operator.get('/api/top')).json).toMatchObject({
      looked: 3,
      routes: [{ threats: 3 }],
      clients: [{ tenant: null }, { tenant: 'y' }, { tenant: 'x' }],
    });
  });
});

describe('whoever asks for scores and the top', () => {
  it.each(['scores?limit=0', 'scores?limit=1001', 'scores?from=x', `scores?tenant=${'a'.repeat(2_000)}`, 'top?to=x'])(
    'is told what is wrong with %s',
    async (query) => {
      const { get } = await start();
      const { status, json } = await get(`/api/${query}`);
      expect([status, json.code]).toEqual([400, 'API_SECURITY_REQUEST_INVALID']);
    },
  );

  it('needs the right to read', async () => {
    const { get } = await start({ authorize: () => ({ actor: 'eve', can: ['acknowledge', 'configure'] }) });
    for (const path of ['/api/scores', '/api/top']) expect((await get(path)).status).toBe(403);
  });

  it('is told no more than that the store is away', async () => {
    const { get, security } = await start();
    await security.store.close();
    for (const path of ['/api/scores', '/api/top']) {
      const { status, json } = await get(path);
      expect([status, json.code]).toEqual([503, 'API_SECURITY_CLOSED']);
    }
  });
});
