import { type EventEmitter, once } from 'node:events';
import { Agent, type Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Sent } from '../http-client.js';
import type { Expect, Test } from '../suite.js';
import { ATTACK, json, LOOK_ALIKE, multipart } from './bodies.js';
import { expectSame, withComparedApps } from './compared.js';
import { type AdapterHarness, type GuardedApp, withApp, withHttp2App } from './harness.js';
import { sharing } from './sharing.js';

const FILLING = Array.from({ length: 50_000 }, (_, i) => 10_000 + i);

/** Bodies of 300 kB and more whose last bytes hold a text. */
const TAILED: Readonly<Record<string, (text: string) => Sent>> = {
  'a long JSON body': (text) => json({ filling: FILLING, note: text }),
  'a long JSON body in chunks': (text) => ({
    ...json({ filling: FILLING, note: text }),
    chunked: true,
    pieceBytes: 9_000,
  }),
  'a long form with files': (text) =>
    multipart([
      { name: 'list', file: 'list.csv', type: 'text/csv', content: '1,2\r\n'.repeat(60_000) },
      { name: 'note', content: text },
    ]),
};

/** In block mode the end of a body waits for the inspection of all that was kept of it: a handler that waits for it does not run. */
export function readsToTheEnd(test: Test, expect: Expect, harness: AdapterHarness): void {
  for (const parser of ['after', 'none'] as const) {
    const share = sharing<GuardedApp>(test, (use) => withApp(harness, { parser, options: { mode: 'block' } }, use));
    for (const [what, sent] of Object.entries(TAILED)) {
      share(`block rejects an attack at the end of ${what}, once (parser: ${parser})`, async (app) => {
        const before = { ...app.security.counters, levels: { ...app.security.counters.levels } };
        const { handled } = app.seen;
        const { reply, assessment } = await app.assessed(sent(ATTACK));
        const { level, decision, truncated } = assessment;
        const isMarked = truncated.includes('body-bytes');
        expect({ status: reply.status, level, action: decision.action, isMarked }).toEqual({
          status: 403,
          level: 'critical',
          action: 'deny',
          isMarked: true,
        });
        expect(JSON.parse(reply.text).instance).toBe(`urn:uuid:${assessment.id}`);
        const { requests, scored, rejected, alerts, levels, late, errors } = app.security.counters;
        expect({
          requests: requests - before.requests,
          scored: scored - before.scored,
          rejected: rejected - before.rejected,
          alerts: alerts - before.alerts,
          critical: levels.critical - before.levels.critical,
          low: levels.low - before.levels.low,
          late: late - before.late,
          errors: errors - before.errors,
        }).toEqual({ requests: 1, scored: 1, rejected: 1, alerts: 1, critical: 1, low: 0, late: 0, errors: 0 });
        if (parser === 'after') expect(app.seen.handled).toBe(handled);
      });

      share(`block lets ${what} pass whose end only looks like one (parser: ${parser})`, async (app) => {
        const { reply, assessment } = await app.assessed(sent(LOOK_ALIKE));
        expect({ status: reply.status, level: assessment.level }).toEqual({ status: 200, level: 'low' });
      });
    }

    test(`block hands long bodies on as they are (parser: ${parser})`, async () => {
      await withComparedApps(harness, { parser, options: { mode: 'block' } }, async (apps) => {
        for (const sent of Object.values(TAILED)) {
          await expectSame(expect, apps, async ({ send }) => {
            const { status, text } = await send(sent(LOOK_ALIKE));
            return `${status} ${text}`;
          });
        }
      });
    });
  }

  test('a client that was rejected at the end of its body can go on', async () => {
    await withApp(harness, { options: { mode: 'block' } }, async (app) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const statuses: number[] = [];
      for (const text of [ATTACK, 'tea', ATTACK, 'tea']) {
        statuses.push((await app.send({ ...json({ filling: FILLING, note: text }), agent })).status);
      }
      agent.destroy();
      expect(statuses).toEqual([403, 200, 403, 200]);
    });
  });

  test('block inspects what comes later than it waits for', async () => {
    await withApp(harness, { options: { mode: 'block', limits: { bodyMs: 5 } } }, async (app) => {
      const slow = (text: string): Sent => ({
        ...json({ filling: FILLING.slice(0, 10_000), note: text }),
        pieceBytes: 300,
      });
      expect((await app.assessed(slow(ATTACK))).reply.status).toBe(403);
      expect((await app.assessed(slow(LOOK_ALIKE))).reply.status).toBe(200);
    });
  });

  test('a handler that answers before the end has answered', async () => {
    await withApp(
      harness,
      { parser: 'none', handler: async () => ({ early: true }), options: { mode: 'block' } },
      async (app) => {
        const { reply, assessment } = await app.assessed(json({ filling: FILLING, note: ATTACK }));
        expect({ status: reply.status, truncated: assessment.truncated }).toEqual({
          status: 200,
          truncated: ['body-bytes'],
        });
        expect(app.security.counters.errors).toBe(0);
        expect((await app.assessed(json({ note: 'tea' }))).reply.status).toBe(200);
      },
    );
  });

  test('block answers 413 to bodies longer than it reads, where it is told to', async () => {
    const options = { mode: 'block', longBodies: 'reject', limits: { bodyBytes: 20_000 } } as const;
    await withApp(harness, { options }, async (app) => {
      for (const sent of [json({ filling: FILLING }), { ...json({ filling: FILLING }), chunked: true }]) {
        const { handled } = app.seen;
        const { reply } = await app.assessed(sent);
        const { code, status } = JSON.parse(reply.text);
        expect({ sent: reply.status, status, code }).toEqual({
          sent: 413,
          status: 413,
          code: 'API_SECURITY_BODY_TOO_LONG',
        });
        expect(app.seen.handled).toBe(handled);
      }
      expect(app.security.counters.tooLong).toBe(2);
      expect((await app.assessed(json({ note: ATTACK, filling: FILLING }))).reply.status).toBe(403);
      expect((await app.assessed(json({ note: 'tea', filling: FILLING.slice(0, 1_000) }))).reply.status).toBe(200);
    });
  });

  test('block does not wait for a body that the host has not asked for yet', async () => {
    await withApp(harness, { options: { mode: 'block' } }, async (app) => {
      askLater(app.server);
      for (const [text, status] of [
        ['tea', 200],
        [ATTACK, 403],
      ] as const) {
        const sent = json({ note: text });
        const { reply } = await app.assessed({ ...sent, headers: { ...sent.headers, expect: '100-continue' } });
        expect(reply.status).toBe(status);
      }
      const query = { ...json({ note: 'tea' }, `/orders?q=${encodeURIComponent(ATTACK)}`) };
      const { reply } = await app.assessed({ ...query, headers: { ...query.headers, expect: '100-continue' } });
      expect(reply.status).toBe(403);
    });
  });

  const { startHttp2 } = harness;
  if (startHttp2 === undefined) return;
  test('block rejects an attack at the end of a long body over HTTP/2, and goes on', async () => {
    await withHttp2App(startHttp2, { options: { mode: 'block' } }, async (app) => {
      const statuses: number[] = [];
      for (const text of [ATTACK, LOOK_ALIKE, ATTACK, 'tea']) {
        statuses.push((await app.send(json({ filling: FILLING, note: text }))).status);
      }
      expect(statuses).toEqual([403, 200, 403, 200]);
    });
  });

  test('block gives no handler an upload over HTTP/2 that breaks off', async () => {
    // Node tells that a stream broke off a moment after it has ended it: a model takes longer than that.
    const runtime = { onRun: () => wait(20) };
    const options = { mode: 'block', limits: { timeMs: 2_000 } } as const;
    await withHttp2App(startHttp2, { parser: 'none', options, runtime }, async (app) => {
      const assessed = app.nextAssessment();
      await app.client.sendAndCancel({ ...json({ note: 'tea' }), body: '{"note":' }, arrived(app.server));
      await assessed;
      expect(app.seen.handled).toBe(0);
      expect((await app.send(json({ note: 'tea' }))).status).toBe(200);
      expect(app.seen.handled).toBe(1);
    });
  });
}

/** Resolves a moment after a server has got a request. */
async function arrived(server: EventEmitter): Promise<void> {
  await once(server, 'request');
  await wait(20);
}

/** Has the host ask for bodies itself, once its app has the request. */
function askLater(server: Server): void {
  server.on('checkContinue', (request, response) => {
    server.emit('request', request, response);
    setTimeout(() => response.headersSent || response.writeContinue(), 20);
  });
}
