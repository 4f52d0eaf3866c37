import { type Assessment, STEP_WIDTH, sequenceKeyOf } from '@api-security/core';
import { assessmentOf } from '@api-security/core/testing';
import { describe, expect, it } from 'vitest';
import { ADA, type Served } from './served.js';
import { useServed } from './started.js';

const START = Date.UTC(2026, 0, 1);
const AGENT = 'attack-kit/3.1';
const NAMES = ['host', 'user-agent', 'x-probe'];
const start = useServed();

interface Sent {
  readonly agent?: string;
  /** Names of the headers. */
  readonly headers?: readonly string[];
  readonly level?: Assessment['level'];
  readonly tenant?: string | null;
}

/** What a client sent. */
function row(key: string, at: number, { agent = AGENT, headers = NAMES, level = 'high', tenant = null }: Sent = {}) {
  const { request } = assessmentOf();
  return assessmentOf({
    at: START + at,
    tenant,
    level,
    category: level === 'low' ? null : 'sqli',
    client: { key, address: `${key} at ${at}` },
    request: { ...request, userAgent: agent, headers: headers.map((name) => [name, `${name} of ${key}`]) },
  });
}

/** Ten user agents that more rows have than any other: everybody's browsers. */
const COMMON = Array.from({ length: 10 }, (_, agent) =>
  Array.from({ length: 10 }, (_, i) => row(`somebody ${agent}`, 1_000 + agent * 10 + i, { agent: `browser/${agent}` })),
).flat();

async function over(assessments: readonly Assessment[], ...given: Parameters<typeof start>): Promise<Served> {
  const one = await start(...given);
  await one.security.store.append({ assessments, alerts: [] });
  return one;
}

const path = (key: string) => `/api/clients/${encodeURIComponent(key)}`;

describe('a client', () => {
  it('has its newest requests, its ban, and how much of its sequence is held', async () => {
    const key = '2001:db8::/64';
    const rows = Array.from({ length: 60 }, (_, i) => row(key, i, { level: i % 2 === 0 ? 'low' : 'high' }));
    const { get, security } = await over([...rows, row('other', 100)]);
    const step = { at: START, values: new Float32Array(STEP_WIDTH), route: 1, ids: 0 };
    for (let i = 0; i < 3; i++) await security.sequences.append(key, step);
    const ban = await security.bans.ban({ clientKey: key, forMs: 60_000, reason: 'scraped us', by: 'ada' });
    const { status, json } = await get(path(key));
    expect(status).toBe(200);
    expect(json).toEqual({
      key,
      tenant: null,
      address: `${key} at 59`,
      ban,
      assessments: rows.slice(10).toReversed(),
      held: 3,
      related: [],
    });
  });

  it('that is not known is not found', async () => {
    const { get } = await over([row('a', 0)]);
    for (const key of ['b', 'A', '', "' OR 1=1--", '..', 'a\0']) {
      const { status, json } = await get(path(key));
      expect([key, status, json.code]).toEqual([key, 404, 'API_SECURITY_NOT_FOUND']);
    }
  });

  it('is known by a ban alone', async () => {
    const { get, change } = await start();
    await change('POST', '/api/bans', { clientKey: 'a', forMs: 60_000, reason: 'r' });
    expect((await get(path('a'))).json).toMatchObject({ address: '', ban: { by: 'ada' }, assessments: [], held: 0 });
  });

  it('is that of one tenant: the one that is named, or where it was heard of last', async () => {
    const rows = [row('k', 0, { tenant: 'a' }), row('k', 1, { tenant: 'b' }), row('k', 2, { tenant: 'a' })];
    const { get, security } = await over(rows);
    const step = { at: START, values: new Float32Array(STEP_WIDTH), route: 1, ids: 0 };
    await security.sequences.append(sequenceKeyOf('b', 'k'), step);
    await security.bans.ban({ tenant: 'b', clientKey: 'k', forMs: 60_000, reason: 'r', by: 'ada' });
    const known = async (query: string) => {
      const { json } = await get(`${path('k')}${query}`);
      return [json.tenant, (json.assessments as object[]).length, json.held, json.ban !== null];
    };
    expect(await known('')).toEqual(['a', 2, 0, false]);
    expect(await known('?tenant=b')).toEqual(['b', 1, 1, true]);
    expect((await get(`${path('k')}?tenant=c`)).status).toBe(404);
  });

  it('of another tenant is not found, whatever is known of it', async () => {
    const rows = [row('theirs', 0, { tenant: 'b' }), row('nobodys', 1), row('ours', 2, { tenant: 'a' })];
    const { get, security } = await over(rows, { authorize: () => ({ ...ADA, tenant: 'a' }) });
    await security.bans.ban({ tenant: 'b', clientKey: 'theirs', forMs: 60_000, reason: 'r', by: 'ada' });
    const step = { at: START, values: new Float32Array(STEP_WIDTH), route: 1, ids: 0 };
    await security.sequences.append(sequenceKeyOf('b', 'theirs'), step);
    for (const key of ['theirs', 'nobodys', sequenceKeyOf('b', 'theirs')]) {
      expect((await get(path(key))).status).toBe(404);
      expect((await get(`${path(key)}?tenant=b`)).status).toBe(404);
    }
    expect((await get(`${path('ours')}?tenant=b`)).json).toMatchObject({ tenant: 'a', held: 0, related: [] });
  });

  it('needs the right to read, and a tenant that is one', async () => {
    const { get } = await over([row('a', 0)], { authorize: () => ({ actor: 'eve', can: ['configure'] }) });
    expect((await get(path('a'))).status).toBe(403);
    const reader = await over([row('a', 0)]);
    expect((await reader.get(`${path('a')}?tenant=${'a'.repeat(2_000)}`)).status).toBe(400);
  });
});

describe('related clients', () => {
  const related = async (rows: readonly Assessment[], key = 'a') => {
    const { get } = await over(rows);
    return (await get(path(key))).json.related;
  };

  it('send the same rare user agent with the same headers in the same order', async () => {
    const found = await related([
      ...COMMON,
      row('a', 0),
      row('b', 1),
      row('c', 2),
      row('c', 3),
      row('another agent', 4, { agent: 'attack-kit/3.2' }),
      row('another order', 5, { headers: NAMES.toReversed() }),
      row('another header', 6, { headers: [...NAMES, 'accept'] }),
      row('calm', 7, { level: 'low' }),
    ]);
    expect(found).toEqual([
      { key: 'c', address: 'c at 3', sharing: 'userAgent and headers', threats: 2, lastAt: START + 3 },
      { key: 'b', address: 'b at 1', sharing: 'userAgent and headers', threats: 1, lastAt: START + 1 },
    ]);
  });

  it('are not those that share what everybody sends', async () => {
    const agent = 'browser/3';
    expect(await related([...COMMON, row('a', 0, { agent }), row('b', 1, { agent })])).toEqual([]);
    expect(await related([...COMMON, row('a', 0, { agent: '' }), row('b', 1, { agent: '' })])).toEqual([]);
  });

  it('are found by what the client sent when it attacked, however calm it has been since', async () => {
    const since = Array.from({ length: 60 }, (_, i) => row('a', 100 + i, { level: 'low', agent: 'browser/1' }));
    expect(await related([...COMMON, row('a', 0), row('b', 1), ...since])).toMatchObject([{ key: 'b' }]);
  });

  it("are the tenant's own", async () => {
    const tenant = 'a';
    const common = COMMON.map((one) => ({ ...one, tenant }));
    const rows = [...common, row('x', 0, { tenant }), row('y', 1, { tenant }), row('z', 2, { tenant: 'b' })];
    expect(await related(rows, 'x')).toMatchObject([{ key: 'y' }]);
  });
});
