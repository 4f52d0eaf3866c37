import type { Assessment } from '../../assessment/assessment.js';
import type { Expect, Test } from '../suite.js';
import { ATTACK, ATTACKS, json } from './bodies.js';
import { type AdapterHarness, type GuardedApp, PARSERS, withApp } from './harness.js';
import { sharing } from './sharing.js';

/** An attack is seen wherever it stands: told of in monitor mode, rejected before the handler in block mode. */
export function detects(test: Test, expect: Expect, harness: AdapterHarness): void {
  for (const parser of PARSERS) {
    const monitored = sharing<GuardedApp>(test, (use) => withApp(harness, { parser }, use));
    const blocked = sharing<GuardedApp>(test, (use) => withApp(harness, { parser, options: { mode: 'block' } }, use));
    for (const [where, { sent, place }] of Object.entries(ATTACKS)) {
      monitored(`monitor flags an attack in ${where} and lets it pass (parser: ${parser})`, async (app) => {
        const { reply, assessment } = await app.assessed(sent);
        expect(reply.status).toBe(200);
        const { level, category, evidence, decision } = assessment;
        expect({ level, category, place: placeOf(evidence), decision }).toEqual({
          level: 'critical',
          category: 'sqli',
          place,
          decision: { action: 'flag', reason: 'monitor' },
        });
      });

      blocked(`block rejects an attack in ${where} before the handler (parser: ${parser})`, async (app) => {
        const { handled } = app.seen;
        const { rejected } = app.security.counters;
        const { reply, assessment } = await app.assessed(sent);
        const { status, headers, text } = reply;
        expect({ status, type: headers['content-type'] }).toEqual({ status: 403, type: 'application/problem+json' });
        const { id, evidence, decision, score } = assessment;
        expect({ place: placeOf(evidence), decision }).toEqual({
          place,
          decision: { action: 'deny', reason: 'level' },
        });
        expect(app.seen.handled).toBe(handled);
        expect(app.security.counters.rejected).toBe(rejected + 1);
        expect(text.includes(id)).toBe(true);
        // Why and how sure we are is not for the client.
        expect([String(score), 'sqli', ATTACK, place].filter((secret) => text.includes(secret))).toEqual([]);
      });
    }
  }

  test('the handler finds the assessment on the request in block mode', async () => {
    await withApp(harness, { options: { mode: 'block' } }, async (app) => {
      await app.send(json({ item: 'tea' }));
      const { level, score } = app.seen.assessment as Assessment;
      expect({ level, harmless: score < 0.4 }).toEqual({ level: 'low', harmless: true });
    });
  });

  test('the handler finds null on the request in monitor mode, where nothing waits', async () => {
    await withApp(
      harness,
      { runtime: { onRun: () => new Promise(() => {}) }, options: { limits: { timeMs: 1 } } },
      async (app) => {
        await app.send({ path: '/users' });
        expect(app.seen.assessment).toBe(null);
      },
    );
  });

  test('an assessment knows the response and the whole path', async () => {
    await withApp(harness, { mountPath: '/api/v1' }, async (app) => {
      const { assessment } = await app.assessed({ path: '/api/v1/users/42?sort=name' });
      const { request, response } = assessment;
      expect(request.path).toBe('/api/v1/users/42?sort=name');
      expect(response?.status).toBe(200);
      expect((response?.bytes ?? 0) > 0).toBe(true);
      expect((response?.durationMs ?? -1) >= 0).toBe(true);
    });
  });

  test('every request is scored', async () => {
    await withApp(harness, {}, async (app) => {
      for (let i = 0; i < 5; i++) await app.assessed(json({ item: 'tea', count: i }));
      const { requests, scored, unscored } = app.security.counters;
      expect({ requests, scored, unscored }).toEqual({ requests: 5, scored: 5, unscored: 0 });
    });
  });
}

function placeOf(evidence: Assessment['evidence']): string | undefined {
  return evidence[0]?.place;
}
