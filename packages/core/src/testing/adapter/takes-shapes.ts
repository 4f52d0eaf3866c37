import { sendRaw } from '../http-client.js';
import type { Expect, Test } from '../suite.js';
import { ATTACK, LOOK_ALIKE } from './bodies.js';
import { type ComparedApps, expectSame, withComparedApps } from './compared.js';
import type { AdapterHarness } from './harness.js';
import { REQUEST_SHAPES } from './request-shapes.js';
import { sharing } from './sharing.js';

/** However a request is written, it is answered as without the library, and an attack in it is found. */
export function takesShapes(test: Test, expect: Expect, harness: AdapterHarness): void {
  const share = sharing<ComparedApps>(test, (use) => withComparedApps(harness, {}, use));
  for (const [name, shape] of Object.entries(REQUEST_SHAPES)) {
    share(`${name}: a harmless request is answered as by the bare app`, async (apps) => {
      await expectSame(expect, apps, ({ port }) => sendRaw(port, [shape.with(LOOK_ALIKE)]));
    });

    share(`${name}: an attack is rejected`, async ({ bare, guarded }) => {
      const request = shape.with(ATTACK);
      const before = { bare: bare.seen.handled, guarded: guarded.seen.handled };
      const expected = await sendRaw(bare.port, [request]);
      const isHandled = bare.seen.handled > before.bare;
      const { requests } = guarded.security.counters;
      const assessed = guarded.nextAssessment();
      const answer = await sendRaw(guarded.port, [request]);
      expect(guarded.seen.handled).toBe(before.guarded);
      // What no handler gets (a framework may not know PURGE) need not be rejected: it is answered as ever.
      if (!isHandled && guarded.security.counters.requests === requests) {
        expect(statusesOf(answer)).toEqual(statusesOf(expected));
        return;
      }
      expect(statusesOf(answer)).toEqual(['403']);
      const { evidence, decision } = await assessed;
      expect({ places: evidence.some(({ place }) => place === shape.place), decision }).toEqual({
        places: true,
        decision: { action: 'deny', reason: 'level' },
      });
    });
  }
}

/** The status of each answer in what came back. */
function statusesOf(answers: string): string[] {
  return [...answers.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status as string);
}
