import type { Assessment } from '../../assessment/assessment.js';
import type { Expect, Test } from '../suite.js';
import { ATTACK, ATTACKS, json } from './bodies.js';
import { type AdapterHarness, PARSERS, withApp } from './harness.js';

/** An attack is seen wherever it stands: told of in monitor mode, rejected before the handler in block mode. */
export function detects(test: Test, expect: Expect, harness: AdapterHarness): void {
  for (const parser of PARSERS) {
    for (const [where, { sent, place }] of Object.entries(ATTACKS)) {
      test(`monitor flags an attack in ${where} and lets it pass (parser: ${parser})`, async () => {
        await withApp(harness, { parser }, async (app) => {
          const assessed = app.nextAssessment();
          expect((await app.send(sent)).status).toBe(200);
          const { level, category, evidence, decision } = await assessed;
          expect({ level, category, place: placeOf(evidence), decision }).toEqual({
            level: 'critical',
            category: 'sqli',
            place,
            decision: { action: 'flag', reason: 'monitor' },
          });
        });
      });

      test(`block rejects an attack in ${where} before the handler (parser: ${parser})`, async () => {
        await withApp(harness, { parser, options: { mode: 'block' } }, async (app) => {
          const assessed = app.nextAssessment();
          const { status, headers, text } = await app.send(sent);
          expect({ status, type: headers['content-type'] }).toEqual({ status: 403, type: 'application/problem+json' });
          const { id, evidence, decision, score } = await assessed;
          expect({ place: placeOf(evidence), decision }).toEqual({
            place,
            decision: { action: 'deny', reason: 'level' },
          });
          expect(app.seen.handled).toBe(0);
          expect(app.security.counters.rejected).toBe(1);
          expect(text.includes(id)).toBe(true);
          // Why and how sure we are is not for the client.
          expect([String(score), 'sqli', ATTACK, place].filter((secret) => text.includes(secret))).toEqual([]);
        });
      });
    }
  }

  test('a page is what a rejected browser gets', async () => {
    await withApp(harness, { options: { mode: 'block' } }, async (app) => {
      const headers = { accept: 'text/html,application/xhtml+xml' };
      const reply = await app.send({ path: `/users?id=${encodeURIComponent(ATTACK)}`, headers });
      expect(reply.status).toBe(403);
      expect(reply.headers['content-type']?.startsWith('text/html')).toBe(true);
    });
  });

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
      const assessed = app.nextAssessment();
      await app.send({ path: '/api/v1/users/42?sort=name' });
      const { request, response } = await assessed;
      expect(request.path).toBe('/api/v1/users/42?sort=name');
      expect(response?.status).toBe(200);
      expect((response?.bytes ?? 0) > 0).toBe(true);
      expect((response?.durationMs ?? -1) >= 0).toBe(true);
    });
  });

  test('every request is scored', async () => {
    await withApp(harness, {}, async (app) => {
      for (let i = 0; i < 5; i++) {
        const assessed = app.nextAssessment();
        await app.send(json({ item: 'tea', count: i }));
        await assessed;
      }
      const { requests, scored, unscored } = app.security.counters;
      expect({ requests, scored, unscored }).toEqual({ requests: 5, scored: 5, unscored: 0 });
    });
  });
}

function placeOf(evidence: Assessment['evidence']): string | undefined {
  return evidence[0]?.place;
}
