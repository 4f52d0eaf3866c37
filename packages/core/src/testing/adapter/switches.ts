import type { Expect, Test } from '../suite.js';
import { ATTACK } from './bodies.js';
import { type AdapterHarness, withApp } from './harness.js';

const SENT = { path: `/users?id=${encodeURIComponent(ATTACK)}` };

/** The mode is what it says, from the next request on. */
export function switches(test: Test, expect: Expect, harness: AdapterHarness): void {
  for (const options of [{ mode: 'off' }, { enabled: false }] as const) {
    test(`${JSON.stringify(options)} looks at nothing`, async () => {
      await withApp(harness, { options }, async (app) => {
        expect((await app.send(SENT)).status).toBe(200);
        const { requests, scored } = app.security.counters;
        expect({ mode: app.security.mode, requests, scored }).toEqual({ mode: 'off', requests: 0, scored: 0 });
        expect(app.seen.assessment).toBe(null);
      });
    });
  }

  test('the mode can be switched while requests come in', async () => {
    await withApp(harness, {}, async (app) => {
      const statuses: number[] = [];
      for (const mode of ['monitor', 'block', 'off', 'block', 'monitor'] as const) {
        app.security.mode = mode;
        statuses.push((await app.send(SENT)).status);
      }
      expect(statuses).toEqual([200, 403, 200, 403, 200]);
    });
  });
}
