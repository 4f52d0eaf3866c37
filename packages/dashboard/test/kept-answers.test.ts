import { memoryStore } from '@api-security/core';
import { assessmentOf } from '@api-security/core/testing';
import { expect, it } from 'vitest';
import { KeptAnswers } from '../src/kept-answers.js';
import { served } from './served.js';

it('sums are worked out once for all who ask for the same, and never for another tenant', async () => {
  const store = memoryStore();
  const { statistics } = store;
  let asked = 0;
  store.statistics = (query) => {
    asked += 1;
    return statistics.call(store, query);
  };
  const tenantOf = (name: unknown): string | null => (typeof name === 'string' ? name : null);
  const { get, close } = await served(
    { authorize: ({ headers }) => ({ actor: 'ada', can: ['read'], tenant: tenantOf(headers['x-tenant']) }) },
    { store },
  );
  await store.append({ assessments: [assessmentOf({ at: Date.now(), tenant: 'a' })], alerts: [] });
  const requests = async (tenant: string): Promise<unknown> =>
    (await get('/api/stats', { 'x-tenant': tenant })).json.requests;
  expect(await Promise.all([requests('a'), requests('a'), requests('b')])).toEqual([1, 1, 0]);
  expect(await requests('a')).toBe(1);
  expect(asked).toBe(2);
  await close();
});

it('an answer that failed is not kept', async () => {
  const kept = new KeptAnswers();
  await expect(kept.get('a', 1_000, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await kept.get('a', 1_000, async () => 1)).toBe('1');
});
