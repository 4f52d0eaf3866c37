import type { AuditEntry } from '@api-security/core';
import { alertOf, assessmentOf } from '@api-security/core/testing';
import { describe, expect, it } from 'vitest';
import { findAlert } from '../src/find-alert.js';
import { ADA, type Served } from './served.js';
import { useServed } from './started.js';

const START = Date.UTC(2026, 0, 1);
const start = useServed();

/** Two alerts of tenant a and one of tenant b. */
async function filled(...given: Parameters<typeof start>): Promise<Served & { ids: string[] }> {
  const one = await start(...given);
  const alerts = ['a', 'a', 'b'].map((tenant, i) => alertOf({ assessment: assessmentOf({ at: START + i, tenant }) }));
  await one.security.store.append({ assessments: [], alerts });
  return { ...one, ids: alerts.map(({ id }) => id) };
}

const entries = async ({ get }: Pick<Served, 'get'>, query = ''): Promise<AuditEntry[]> =>
  (await get(`/api/audit${query}`)).json.items as AuditEntry[];

describe('the audit log', () => {
  it('has every change, with who made it, to what, in which tenant, and what it was before', async () => {
    const one = await filled();
    const [first, second, third] = one.ids;
    await one.change('POST', `/api/alerts/${first}/acknowledge`, { note: 'a scanner of ours' });
    await one.change('POST', '/api/alerts/acknowledge', { ids: [first, second, third, second], note: '' });
    const ban = { clientKey: 'x', forMs: 60_000, reason: 'r', tenant: 'b' };
    const { json: banned } = await one.change('POST', '/api/bans', ban);
    await one.change('POST', '/api/bans', { ...ban, reason: 'again' });
    await one.change('DELETE', '/api/bans/x?tenant=b');
    await one.change('POST', '/api/settings', { mode: 'block' });
    const exemption = { route: 'GET /a', tenant: 'a', expiresAt: Date.now() + 60_000 };
    const { json: made } = await one.change('POST', '/api/exemptions', exemption);
    await one.change('DELETE', `/api/exemptions/${made.id}`);
    const told = (await entries(one)).toReversed();
    expect(told.map(({ action, subject, tenant, actor }) => [action, subject, tenant, actor])).toEqual([
      ['acknowledge', first, 'a', 'ada'],
      ['acknowledge', second, 'a', 'ada'],
      ['acknowledge', third, 'b', 'ada'],
      ['ban', 'x', 'b', 'ada'],
      ['ban', 'x', 'b', 'ada'],
      ['unban', 'x', 'b', 'ada'],
      ['settings', 'mode', null, 'ada'],
      ['exempt', 'GET /a', 'a', 'ada'],
      ['unexempt', 'GET /a', 'a', 'ada'],
    ]);
    const details = told.map(({ detail }) => detail);
    expect(details[0]).toMatchObject({ before: null, after: { by: 'ada', note: 'a scanner of ours' } });
    expect(details[3]).toEqual({ before: null, after: { forMs: 60_000, reason: 'r' } });
    expect(details[4]).toMatchObject({ before: banned, after: { reason: 'again' } });
    expect(details[5]).toMatchObject({ before: { reason: 'again' }, after: null });
    expect(details[6]).toMatchObject({ before: { mode: null }, after: { mode: 'block' } });
    expect(details[8]).toEqual({ before: made, after: null });
  });

  it('has nothing of what was refused', async () => {
    const one = await filled({ authorize: () => ({ ...ADA, tenant: 'a' }) });
    await one.change('POST', `/api/alerts/${one.ids[2]}/acknowledge`, { note: '' });
    await one.change('DELETE', '/api/bans/nobody');
    await one.change('DELETE', '/api/exemptions/none');
    await one.change('POST', '/api/settings', { mode: 'block' });
    expect(await entries(one)).toEqual([]);
  });

  it('is written first: where it cannot be, nothing is changed', async () => {
    const { change, security, ids } = await filled();
    const { json: made } = await change('POST', '/api/exemptions', { route: 'GET /a', expiresAt: Date.now() + 60_000 });
    await security.bans.ban({ clientKey: 'y', forMs: 60_000, reason: 'r', by: 'ada' });
    security.store.audit = () => Promise.reject(new Error('secret at /var/lib'));
    const refused = [
      await change('POST', `/api/alerts/${ids[0]}/acknowledge`, { note: '' }),
      await change('POST', '/api/alerts/acknowledge', { ids }),
      await change('POST', '/api/bans', { clientKey: 'x', forMs: 60_000, reason: 'r' }),
      await change('DELETE', '/api/bans/y'),
      await change('POST', '/api/settings', { mode: 'block' }),
      await change('POST', '/api/exemptions', { route: 'GET /b', expiresAt: Date.now() + 60_000, alertId: ids[0] }),
      await change('DELETE', `/api/exemptions/${made.id}`),
    ];
    for (const { status, json, text } of refused) {
      expect([status, json.code]).toEqual([503, 'API_SECURITY_AUDIT_FAILED']);
      expect(text).not.toContain('secret');
    }
    expect((await security.store.alerts()).total).toBe(3);
    expect((await security.bans.list()).map(({ clientKey }) => clientKey)).toEqual(['y']);
    expect(security.settings.current).toMatchObject({ version: 1, mode: null, exemptions: [{ id: made.id }] });
  });

  it('is paged and filtered, and a tenant sees its own alone', async () => {
    const one = await filled();
    await one.change('POST', '/api/alerts/acknowledge', { ids: one.ids });
    expect((await entries(one, '?tenant=b')).map(({ subject }) => subject)).toEqual([one.ids[2]]);
    expect((await entries(one, '?actor=ada')).length).toBe(3);
    expect(await entries(one, '?actor=bob')).toEqual([]);
    expect(await entries(one, '?to=1')).toEqual([]);
    const { json } = await one.get('/api/audit?limit=2');
    expect([(json.items as unknown[]).length, json.total]).toEqual([2, 3]);
    expect((await entries(one, `?limit=2&cursor=${json.next}`)).map(({ subject }) => subject)).toEqual([one.ids[0]]);
    for (const wrong of ['limit=0', 'limit=201', 'cursor=a', 'from=yesterday']) {
      expect((await one.get(`/api/audit?${wrong}`)).status).toBe(400);
    }
    const store = one.security.store;
    const own = await start({ authorize: () => ({ ...ADA, tenant: 'a' }) }, { store });
    expect((await entries(own, '?tenant=b')).map(({ tenant }) => tenant)).toEqual(['a', 'a']);
    const blind = await start({ authorize: () => ({ actor: 'eve', can: ['configure'] }) }, { store });
    expect((await blind.get('/api/audit')).status).toBe(403);
  });
});

describe('an alert', () => {
  it('is found by its id among many of the same time, whether somebody has taken note of it or not', async () => {
    const { security } = await start();
    const alerts = Array.from({ length: 90 }, (_, i) =>
      alertOf({
        assessment: assessmentOf({ at: START + i, tenant: i % 2 === 0 ? 'a' : null }),
        acknowledged: i % 3 === 0 ? { at: START, by: 'bob', note: '' } : null,
      }),
    );
    await security.store.append({ assessments: [], alerts });
    for (const alert of alerts) {
      const { tenant } = alert.assessment;
      expect(await findAlert(security.store, alert.id)).toEqual(alert);
      expect(await findAlert(security.store, alert.id, tenant)).toEqual(alert);
      expect(await findAlert(security.store, alert.id, 'b')).toBe(null);
    }
  });
});
