import { once } from 'node:events';
import { Refusal } from '../echo.js';
import { sendAndHangUp } from '../http-client.js';
import type { Expect, Test } from '../suite.js';
import { ATTACK_PATH, ATTACKS, HARMLESS, json } from './bodies.js';
import { expectSame, withComparedApps } from './compared.js';
import { type AdapterHarness, withApp } from './harness.js';
import { guardOutside } from './outer-guard.js';

const BLOCK = { options: { mode: 'block' } } as const;

/** One answer a request, whoever gives it and whenever. */
export function answersOnce(test: Test, expect: Expect, harness: AdapterHarness): void {
  test('requests at the same time do not mix', async () => {
    const sent = [...Object.values(ATTACKS).map((attack) => attack.sent), ...Object.values(HARMLESS)];
    await withApp(harness, BLOCK, async (app) => {
      const alone: number[] = [];
      for (const request of sent) alone.push((await app.send(request)).status);
      const together = await Promise.all(sent.map((request) => app.send(request)));
      expect(together.map(({ status }) => status)).toEqual(alone);
    });
  });

  test('block adds nothing to an answer that somebody else gave meanwhile', async () => {
    await withApp(harness, BLOCK, async (app) => {
      app.server.on('request', (_request, response) => response.writeHead(202).end('already answered'));
      for (const [path, action] of [
        [ATTACK_PATH, 'flag'],
        ['/users', 'allow'],
      ] as const) {
        const { reply, assessment } = await app.assessed({ path });
        expect({ status: reply.status, text: reply.text }).toEqual({ status: 202, text: 'already answered' });
        expect(assessment.decision.action).toBe(action);
      }
      expect(app.seen.handled).toBe(0);
      const { rejected, late } = app.security.counters;
      expect({ rejected, late }).toEqual({ rejected: 0, late: 1 });
    });
  });

  for (const [what, begun] of [
    ['whose headers were sent meanwhile', ''],
    ['that is being streamed meanwhile', 'begun;'],
  ] as const) {
    test(`block adds nothing to an answer ${what}`, async () => {
      await withApp(harness, BLOCK, async (app) => {
        app.server.on('request', (_request, response) => {
          response.writeHead(202, { 'content-type': 'text/plain' });
          response.flushHeaders();
          response.write(begun);
          // The stream goes on until the verdict has come.
          app.security.once('alert', () => setImmediate(() => response.writableEnded || response.end('done')));
        });
        const { reply } = await app.assessed({ path: ATTACK_PATH });
        expect({ status: reply.status, text: reply.text }).toEqual({ status: 202, text: `${begun}done` });
        const { rejected, late, errors } = app.security.counters;
        expect({ rejected, late, errors }).toEqual({ rejected: 0, late: 1, errors: 0 });
        expect(app.seen.handled).toBe(0);
      });
    });
  }

  test('two guards of one engine reject an attack once', async () => {
    await withApp(harness, BLOCK, async (app) => {
      guardOutside(app.server, app.security);
      const { reply } = await app.assessed({ path: ATTACK_PATH });
      expect(reply.status).toBe(403);
      expect(app.seen.handled).toBe(0);
      const { requests, rejected, late, scored } = app.security.counters;
      expect({ requests, rejected, late, scored }).toEqual({ requests: 1, rejected: 1, late: 0, scored: 1 });
    });
  });

  test('a guard waits for the verdict that another one of its engine has asked for', async () => {
    await withApp(harness, BLOCK, async (app) => {
      app.server.prependListener('request', (request, response) => void app.security.guard(request, response));
      const statuses: number[] = [];
      for (const { sent } of Object.values(ATTACKS)) statuses.push((await app.assessed(sent)).reply.status);
      expect(new Set(statuses)).toEqual(new Set([403]));
      expect({ handled: app.seen.handled, requests: app.security.counters.requests }).toEqual({
        handled: 0,
        requests: statuses.length,
      });
      expect((await app.assessed(json({ item: 'tea' }))).reply.status).toBe(200);
    });
  });

  test('two guards of one engine let a harmless upload through as it is, and assess it once', async () => {
    await withComparedApps(harness, {}, async (apps) => {
      const { guarded } = apps;
      guardOutside(guarded.server, guarded.security);
      let finished = 0;
      guarded.security.on('assessment', () => {
        finished += 1;
      });
      await expectSame(expect, apps, async ({ send }) => (await send(json({ item: 'tea' }))).text);
      expect({ finished, handled: guarded.seen.handled }).toEqual({ finished: 1, handled: 1 });
    });
  });

  test('a guard that blocks stands behind one that only watches', async () => {
    await withComparedApps(harness, { route: { mode: 'block' }, options: { mode: 'monitor' } }, async (apps) => {
      const { guarded } = apps;
      guardOutside(guarded.server, guarded.security);
      for (const { sent } of Object.values(ATTACKS)) expect((await guarded.assessed(sent)).reply.status).toBe(403);
      expect(guarded.seen.handled).toBe(0);
      await expectSame(expect, apps, async ({ send }) => (await send(json({ item: 'tea' }))).text);
      expect(guarded.security.counters.requests).toBe(Object.keys(ATTACKS).length + 1);
    });
  });

  test('a guard that only watches does not undo one in front that blocks', async () => {
    await withApp(harness, { ...BLOCK, route: { mode: 'monitor' } }, async (app) => {
      guardOutside(app.server, app.security);
      expect((await app.assessed({ path: ATTACK_PATH })).reply.status).toBe(403);
      expect((await app.assessed({ path: '/users' })).reply.status).toBe(200);
      expect(app.seen.handled).toBe(1);
    });
  });

  test('a verdict that comes when the client has gone is kept, and hurts nobody', async () => {
    let think: () => void = () => {};
    const thought = new Promise<void>((resolve) => {
      think = resolve;
    });
    await withApp(harness, { ...BLOCK, runtime: { onRun: () => thought } }, async (app) => {
      const assessed = app.nextAssessment();
      const arrived = once(app.server, 'request');
      await sendAndHangUp(app.port, `GET ${ATTACK_PATH} HTTP/1.1\r\nhost: app.test\r\n\r\n`, arrived);
      think();
      expect((await assessed).level).toBe('critical');
      expect({ handled: app.seen.handled, errors: app.security.counters.errors }).toEqual({ handled: 0, errors: 0 });
      expect((await app.assessed({ path: '/users' })).reply.status).toBe(200);
    });
  });

  test("a refusal of the host's stays the host's", async () => {
    const handler = () => Promise.reject(new Refusal(401));
    await withComparedApps(harness, { handler }, async (apps) => {
      await expectSame(expect, apps, async ({ send }) => {
        const { status, text } = await send({ path: '/users' });
        return `${status} ${text}`;
      });
      expect((await apps.bare.send({ path: '/users' })).status).toBe(401);
    });
  });
}
