import { once } from 'node:events';
import type { Socket } from 'node:net';
import { sendAndHangUp } from '../http-client.js';
import type { Expect, Test } from '../suite.js';
import { ATTACK_PATH, json } from './bodies.js';
import { type AdapterHarness, type GuardedApp, PARSERS, withApp } from './harness.js';
import { sharing } from './sharing.js';

const HEAD = 'POST /orders HTTP/1.1\r\nhost: app.test\r\ncontent-type: application/json\r\n';

/** Uploads that end in the middle. */
const BROKEN: Readonly<Record<string, { readonly beginning: string; readonly leave?: (socket: Socket) => void }>> = {
  'before its body began': { beginning: `${HEAD}content-length: 9000\r\n\r\n` },
  'in the middle': { beginning: `${HEAD}content-length: 9000\r\n\r\n{"item":` },
  'in the middle of a chunk': { beginning: `${HEAD}transfer-encoding: chunked\r\n\r\nff\r\n{"item":` },
  'between two chunks': { beginning: `${HEAD}transfer-encoding: chunked\r\n\r\n8\r\n{"item":\r\n` },
  'by a reset': {
    beginning: `${HEAD}content-length: 9000\r\n\r\n{"item":`,
    leave: (socket) => socket.resetAndDestroy(),
  },
  'by closing its side': { beginning: `${HEAD}content-length: 9000\r\n\r\n{"item":`, leave: (socket) => socket.end() },
};

/** A client that goes away leaves nothing behind. */
export function letsGo(test: Test, expect: Expect, harness: AdapterHarness): void {
  for (const mode of ['monitor', 'block'] as const) {
    for (const parser of PARSERS) {
      const share = sharing<GuardedApp>(test, (use) => withApp(harness, { parser, options: { mode } }, use));
      for (const [when, { beginning, leave }] of Object.entries(BROKEN)) {
        share(`${mode} lets go of an upload that breaks off ${when} (parser: ${parser})`, async (app) => {
          const before = { ...app.security.counters };
          const assessed = app.nextAssessment();
          await sendAndHangUp(app.port, beginning, once(app.server, 'request'), leave);
          // A parser in front of the adapter keeps to itself what it could not read.
          const watched = app.security.counters.requests - before.requests;
          if (parser !== 'before') expect(watched).toBe(1);
          if (watched === 1) {
            const { request, decision } = await assessed;
            expect({ path: request.path, denied: decision.action === 'deny' }).toEqual({
              path: '/orders',
              denied: false,
            });
          }
          const { scored, unscored, errors } = app.security.counters;
          expect(scored + unscored - before.scored - before.unscored).toBe(watched);
          expect(errors).toBe(before.errors);
          expect((await app.assessed(json({ item: 'tea' }))).reply.status).toBe(200);
        });
      }
    }
  }

  test('block gives no handler a request whose client left before it was complete', async () => {
    await withApp(harness, { parser: 'none', options: { mode: 'block' } }, async (app) => {
      for (const { beginning, leave } of Object.values(BROKEN)) {
        const assessed = app.nextAssessment();
        await sendAndHangUp(app.port, beginning, once(app.server, 'request'), leave);
        await assessed;
      }
      expect(app.seen.handled).toBe(0);
    });
  });

  test('uploads that break off take nobody their turn', async () => {
    await withApp(harness, { options: { mode: 'block', limits: { pending: 1 } } }, async (app) => {
      const beginning = `${HEAD}content-length: 9000\r\n\r\n{"item":`;
      const assessments: unknown[] = [];
      app.security.on('assessment', ({ id }) => assessments.push(id));
      for (let i = 0; i < 20; i++) {
        const assessed = app.nextAssessment();
        await sendAndHangUp(app.port, beginning, once(app.server, 'request'));
        await assessed;
      }
      expect((await app.assessed({ path: ATTACK_PATH })).reply.status).toBe(403);
      const { requests, scored, unscored, degraded } = app.security.counters;
      expect({ requests, scored, unscored, degraded: { ...degraded } }).toEqual({
        requests: 21,
        scored: 21,
        unscored: 0,
        degraded: {},
      });
      expect(new Set(assessments).size).toBe(21);
    });
  });

  test('uploads that never end take nobody their turn either', async () => {
    await withApp(harness, { options: { mode: 'block', limits: { pending: 1 } } }, async (app) => {
      let release: () => void = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const arrived = once(app.server, 'request');
      const upload = sendAndHangUp(app.port, `${HEAD}content-length: 9000\r\n\r\n{"item":`, released);
      await arrived;
      expect((await app.assessed({ path: ATTACK_PATH })).reply.status).toBe(403);
      expect((await app.assessed({ path: '/users' })).reply.status).toBe(200);
      const assessed = app.nextAssessment();
      release();
      await upload;
      expect((await assessed).truncated).toEqual(['body-bytes']);
    });
  });
}
