import { Agent, type Server } from 'node:http';
import type { Expect, Test } from '../suite.js';
import { ATTACKS, HARMLESS, json } from './bodies.js';
import { expectSame, withComparedApps } from './compared.js';
import { type AdapterHarness, withApp } from './harness.js';

/** Long enough for a body on this machine to have arrived. */
const DELAY_MS = 10;

/** Middleware in front of the adapter may take its time: what has arrived meanwhile is read, and is still there for the handler. */
export function comesLate(test: Test, expect: Expect, harness: AdapterHarness): void {
  for (const parser of ['after', 'none'] as const) {
    test(`an adapter that comes late finds attacks that have arrived already (parser: ${parser})`, async () => {
      await withApp(harness, { parser, options: { mode: 'block' } }, async (app) => {
        delay(app.server);
        for (const { sent, place } of Object.values(ATTACKS)) {
          const { reply, assessment } = await app.assessed(sent);
          expect({ status: reply.status, place: assessment.evidence[0]?.place }).toEqual({ status: 403, place });
        }
        expect(app.seen.handled).toBe(0);
      });
    });

    for (const mode of ['monitor', 'block'] as const) {
      test(`${mode} leaves a harmless request as it is when it comes late (parser: ${parser})`, async () => {
        await withComparedApps(harness, { parser, options: { mode } }, async (apps) => {
          for (const app of [apps.bare, apps.guarded]) delay(app.server);
          for (const sent of Object.values(HARMLESS)) {
            await expectSame(expect, apps, async ({ send }) => {
              const { status, text } = await send(sent);
              return `${status} ${text}`;
            });
          }
        });
      });
    }
  }

  for (const mode of ['monitor', 'block'] as const) {
    for (const [what, slowly] of [
      ['comes at once', () => {}],
      ['comes late', delay],
    ] as const) {
      test(`${mode} keeps a connection whose handler leaves the body unread when it ${what}`, async () => {
        await withApp(harness, { parser: 'none', handler: async () => ({}), options: { mode } }, async (app) => {
          slowly(app.server);
          const agent = new Agent({ keepAlive: true, maxSockets: 1 });
          const ports = new Set<unknown>();
          app.server.on('connection', ({ remotePort }) => ports.add(remotePort));
          const statuses: number[] = [];
          for (const note of ['tea', 'tea '.repeat(10_000), 'tea '.repeat(75_000), 'tea']) {
            statuses.push((await app.assessed({ ...json({ note }), agent })).reply.status);
          }
          agent.destroy();
          expect({ statuses, connections: ports.size }).toEqual({ statuses: [200, 200, 200, 200], connections: 1 });
        });
      });
    }
  }
}

/** Has the app get its requests later than the server does. */
function delay(server: Server): void {
  const inner = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (...given) => {
    setTimeout(() => {
      for (const listener of inner) Reflect.apply(listener, server, given);
    }, DELAY_MS);
  });
}
