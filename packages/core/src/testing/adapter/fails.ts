import type { Expect, Test } from '../suite.js';
import { ATTACK } from './bodies.js';
import { type AdapterHarness, withApp, withBareApp } from './harness.js';

const SENT = { path: `/users?id=${encodeURIComponent(ATTACK)}` };

/** What goes wrong in the library follows `onFailure`; what goes wrong in the host stays the host's. */
export function fails(test: Test, expect: Expect, harness: AdapterHarness): void {
  const broken = {
    'a model that throws': () => {
      throw new Error('planted');
    },
    'a model that never answers': () => new Promise<void>(() => {}),
  };
  for (const [what, onRun] of Object.entries(broken)) {
    const given = (options: object) => ({ runtime: { onRun }, options: { limits: { timeMs: 5 }, ...options } });

    test(`${what} lets requests pass by default, marked as degraded`, async () => {
      await withApp(harness, given({ mode: 'block' }), async (app) => {
        const assessed = app.nextAssessment();
        expect((await app.send(SENT)).status).toBe(200);
        const { degraded, decision, scores } = await assessed;
        expect({ decision, scores, degraded: degraded.length > 0 }).toEqual({
          decision: { action: 'allow', reason: 'failed-open' },
          scores: { cnn: null, content: null, flow: null, bilstm: null },
          degraded: true,
        });
        expect(app.security.counters.unscored).toBe(1);
      });
    });

    test(`${what} answers 503 in block mode when failing closed`, async () => {
      await withApp(harness, given({ mode: 'block', onFailure: 'closed' }), async (app) => {
        const { status, headers } = await app.send(SENT);
        expect({ status, type: headers['content-type'] }).toEqual({ status: 503, type: 'application/problem+json' });
        expect(app.seen.handled).toBe(0);
      });
    });

    test(`${what} never rejects in monitor mode`, async () => {
      await withApp(harness, given({ onFailure: 'closed' }), async (app) => {
        expect((await app.send(SENT)).status).toBe(200);
      });
    });
  }

  test('callbacks and listeners of the host that throw change no answer', async () => {
    const planted = () => {
      throw new Error('planted');
    };
    await withApp(
      harness,
      { options: { mode: 'block', client: planted, tenant: planted, onReject: planted } },
      async (app) => {
        for (const event of ['assessment', 'alert', 'rejected', 'step', 'error'] as const)
          app.security.on(event, planted);
        expect((await app.send({ path: '/users' })).status).toBe(200);
        expect((await app.send(SENT)).status).toBe(403);
      },
    );
  });

  test("an error of the host's handler is answered by the host", async () => {
    const handler = () => Promise.reject(new Error("the host's own"));
    const answers: unknown[] = [];
    const keep = ({ status, text }: { status: number; text: string }) => answers.push({ status, text });
    await withBareApp(harness, { handler }, async (app) => {
      keep(await app.send({ path: '/users' }));
    });
    for (const mode of ['monitor', 'block'] as const) {
      await withApp(harness, { handler, options: { mode } }, async (app) => {
        const assessed = app.nextAssessment();
        keep(await app.send({ path: '/users' }));
        expect((await assessed).response?.status).toBe(500);
        expect(app.security.counters.errors).toBe(0);
      });
    }
    expect(answers.slice(1)).toEqual([answers[0], answers[0]]);
  });
}
