import type { RouteOptions } from '../../route-settings.js';
import { sendRaw } from '../http-client.js';
import type { Expect, Test } from '../suite.js';
import { ATTACK, ATTACK_PATH, form, json } from './bodies.js';
import { type AdapterHarness, type AppOptions, type GuardedApp, withApp } from './harness.js';

/** The two ways to say what differs on a route: in the framework's own way, or in the engine's list. */
const WAYS: Readonly<Record<string, (route: RouteOptions) => AppOptions>> = {
  "the framework's own way": (route) => ({ route }),
  "the engine's list": (route) => ({
    options: { routes: ['/orders', '/users', '/notes'].map((path) => ({ ...route, route: path })) },
  }),
};

const IN_BODY = json({ note: ATTACK });

/** What differs on a route is what its options say, and nothing else. */
export function followsRoutes(test: Test, expect: Expect, harness: AdapterHarness): void {
  for (const [way, given] of Object.entries(WAYS)) {
    const routed = (
      what: string,
      mode: 'monitor' | 'block',
      route: RouteOptions,
      use: (app: GuardedApp) => Promise<void>,
    ) =>
      test(`${what} (${way})`, async () => {
        const asked = given(route);
        await withApp(harness, { ...asked, options: { ...asked.options, mode } }, use);
      });

    routed('a route that is off is left alone and counted as skipped', 'block', { mode: 'off' }, async (app) => {
      expect((await app.send({ path: ATTACK_PATH })).status).toBe(200);
      expect((await app.send(IN_BODY)).status).toBe(200);
      const { requests, skipped } = app.security.counters;
      expect({ requests, skipped, handled: app.seen.handled }).toEqual({ requests: 0, skipped: 2, handled: 2 });
      expect(app.seen.assessment).toBe(null);
    });

    routed('a route is only watched where the rest is blocked', 'block', { mode: 'monitor' }, async (app) => {
      const { reply, assessment } = await app.assessed(IN_BODY);
      expect({ status: reply.status, mode: assessment.mode, decision: assessment.decision }).toEqual({
        status: 200,
        mode: 'monitor',
        decision: { action: 'flag', reason: 'monitor' },
      });
    });

    routed('a route is blocked where the rest is only watched', 'monitor', { mode: 'block' }, async (app) => {
      const { reply, assessment } = await app.assessed(IN_BODY);
      expect({ status: reply.status, mode: assessment.mode }).toEqual({ status: 403, mode: 'block' });
      expect(app.seen.handled).toBe(0);
      expect((await app.assessed(json({ note: 'tea' }))).reply.status).toBe(200);
    });

    routed('a route follows the engine when it is switched', 'block', { thresholds: { medium: 0.3 } }, async (app) => {
      const statuses: number[] = [];
      for (const mode of ['block', 'monitor', 'off', 'block'] as const) {
        app.security.mode = mode;
        statuses.push((await app.send({ path: ATTACK_PATH })).status);
      }
      expect(statuses).toEqual([403, 200, 200, 403]);
    });

    routed('an engine that is off is off on every route', 'block', { mode: 'block' }, async (app) => {
      app.security.mode = 'off';
      expect((await app.send({ path: ATTACK_PATH })).status).toBe(200);
      expect(app.security.counters.requests).toBe(0);
    });

    routed('a route with higher thresholds lets more pass', 'block', { thresholds: { critical: 1 } }, async (app) => {
      const { reply, assessment } = await app.assessed(IN_BODY);
      expect({ status: reply.status, level: assessment.level }).toEqual({ status: 200, level: 'high' });
    });

    const low = { medium: 0, high: 0, critical: 0.001 };
    routed('a route with lower thresholds rejects more', 'block', { thresholds: low }, async (app) => {
      const { reply, assessment } = await app.assessed(json({ note: "O'Brien, select a plan" }));
      expect({ status: reply.status, level: assessment.level }).toEqual({ status: 403, level: 'critical' });
    });

    routed('a route reads less of a body, and says so', 'block', { limits: { bodyBytes: 1_000 } }, async (app) => {
      const { assessment } = await app.assessed(json({ note: 'tea '.repeat(1_000) }));
      expect({ truncated: assessment.truncated, bytes: assessment.inspectedBytes < 2_000 }).toEqual({
        truncated: ['body-bytes'],
        bytes: true,
      });
      expect((await app.assessed(json({ note: 'tea' }))).assessment.truncated).toEqual([]);
    });

    const exempt = [{ field: 'body.note' }];
    routed('a field that is exempt on a route is exempt there', 'block', { exempt }, async (app) => {
      expect((await app.assessed(IN_BODY)).reply.status).toBe(200);
      expect((await app.assessed(form({ note: ATTACK }))).reply.status).toBe(200);
      expect((await app.assessed(json({ title: ATTACK }))).reply.status).toBe(403);
      expect((await app.assessed({ path: ATTACK_PATH })).reply.status).toBe(403);
    });

    const category = [{ field: 'body.note', category: 'xss' as const }];
    routed('an exemption of one category is for that one', 'block', { exempt: category }, async (app) => {
      expect((await app.assessed(json({ note: '<script>tea</script>' }))).reply.status).toBe(200);
      expect((await app.assessed(IN_BODY)).reply.status).toBe(403);
    });

    const expired = [{ field: 'body.note', expiresAt: 1 }];
    routed('an exemption that has expired is none', 'block', { exempt: expired }, async (app) => {
      expect((await app.assessed(IN_BODY)).reply.status).toBe(403);
    });

    test(`a route that fails closed answers 503 (${way})`, async () => {
      const asked = given({ onFailure: 'closed' });
      const onRun = () => {
        throw new Error('planted');
      };
      await withApp(
        harness,
        { ...asked, runtime: { onRun }, options: { ...asked.options, mode: 'block' } },
        async (app) => {
          expect((await app.assessed({ path: '/users' })).reply.status).toBe(503);
          expect(app.seen.handled).toBe(0);
        },
      );
    });
  }

  test("the engine's list tells methods and routes apart", async () => {
    const routes = [
      { route: 'POST /users/{id}', mode: 'off' as const },
      { route: '/notes/{id}', mode: 'monitor' as const },
    ];
    await withApp(harness, { options: { mode: 'block', routes } }, async (app) => {
      const statuses: number[] = [];
      for (const sent of [
        json({ note: ATTACK }, '/users/42'),
        { ...json({ note: ATTACK }, '/users/42'), method: 'PUT' },
        json({ note: ATTACK }, '/users/42/orders'),
        json({ note: ATTACK }, '/notes/7'),
        { ...json({ note: ATTACK }, '/notes/8'), method: 'PUT' },
        json({ note: ATTACK }, '/notes'),
      ]) {
        statuses.push((await app.send(sent)).status);
      }
      expect(statuses).toEqual([200, 403, 403, 200, 200, 403]);
    });
  });

  test("the engine's list goes by the whole path of a mounted app", async () => {
    const routes = [{ route: '/api/v1/users', mode: 'monitor' as const }];
    await withApp(harness, { mountPath: '/api/v1', options: { mode: 'block', routes } }, async (app) => {
      expect((await app.assessed({ path: `/api/v1${ATTACK_PATH}` })).reply.status).toBe(200);
      expect((await app.assessed({ path: `/api/v1/other${ATTACK_PATH}` })).reply.status).toBe(403);
    });
  });

  test("the engine's list is not got around by how a path is written", async () => {
    const routes = [{ route: '/users', mode: 'block' as const }];
    await withApp(harness, { options: { routes } }, async (app) => {
      for (const path of ['http://app.test/users', '/users/', '//users', '/%75sers']) {
        const target = `${path}?id=${encodeURIComponent(ATTACK)}`;
        const assessed = app.nextAssessment();
        const answer = await sendRaw(app.port, [
          `GET ${target} HTTP/1.1\r\nhost: app.test\r\nconnection: close\r\n\r\n`,
        ]);
        expect({ path, status: answer.slice(9, 12) }).toEqual({ path, status: '403' });
        await assessed;
      }
      expect((await app.assessed({ path: `/other${ATTACK_PATH}` })).reply.status).toBe(200);
    });
  });

  test("the framework's own options stand in the place of the engine's list", async () => {
    const routes = [{ route: '/users', mode: 'off' as const }];
    await withApp(harness, { route: { mode: 'block' }, options: { routes } }, async (app) => {
      expect((await app.assessed({ path: ATTACK_PATH })).reply.status).toBe(403);
    });
  });
}
