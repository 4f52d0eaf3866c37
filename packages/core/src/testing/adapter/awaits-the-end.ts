import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { digestOf } from '../echo.js';
import { FakeClock } from '../fake-clock.js';
import type { Expect, Test } from '../suite.js';
import { within } from '../within.js';
import { ATTACK_PATH } from './bodies.js';
import { type AdapterHarness, type GuardedApp, withApp, withBareApp } from './harness.js';

/** A download as long as a client listens: the step is complete when the response has ended, not when it began. */
export function awaitsTheEnd(test: Test, expect: Expect, harness: AdapterHarness): void {
  for (const mode of ['monitor', 'block'] as const) {
    test(`${mode} completes the step of a long download when it has ended`, async () => {
      await withDownload(mode, async ({ app, clock, events, download }) => {
        const assessed = app.nextAssessment();
        const step = app.nextStep();
        const finished: string[] = [];
        app.security.on('assessment', ({ id }) => finished.push(id));
        events.write('data: 1\n\n');
        const response = await begin(app.port, '/events');
        await once(response, 'data');
        clock.advance(60_000);
        events.write('data: 2\n\n');
        await once(response, 'data');
        expect(finished.length).toBe(0);
        events.end();
        await within('the end of a download', download(response));
        const { response: observed } = await assessed;
        expect({ status: observed?.status, long: (observed?.durationMs ?? 0) >= 60_000 }).toEqual({
          status: 200,
          long: true,
        });
        expect((observed?.bytes ?? 0) > 'data: 1\n\ndata: 2\n\n'.length).toBe(true);
        await step;
        expect((await app.security.sequences.recent('127.0.0.1')).length).toBe(1);
      });
    });

    test(`${mode} completes the step of a download whose client hangs up`, async () => {
      await withDownload(mode, async ({ app, clock, events }) => {
        const assessed = app.nextAssessment();
        events.write('data: 1\n\n');
        const response = await begin(app.port, '/events');
        await once(response, 'data');
        clock.advance(5_000);
        response.destroy();
        const { response: observed } = await assessed;
        expect({ status: observed?.status, long: (observed?.durationMs ?? 0) >= 5_000 }).toEqual({
          status: 200,
          long: true,
        });
        expect(app.security.counters.errors).toBe(0);
      });
    });
  }

  test('an attack in a request for a stream is rejected before the stream begins', async () => {
    await withDownload('block', async ({ app }) => {
      expect((await app.assessed({ path: ATTACK_PATH })).reply.status).toBe(403);
      expect(app.seen.handled).toBe(0);
    });
  });

  test('a large download arrives byte by byte as without the library, and is counted', async () => {
    const bytes = Buffer.alloc(3_000_000, 'a line about tea\n');
    const handler = async () => Readable.from([bytes.subarray(0, 1_000_000), bytes.subarray(1_000_000)]);
    const received: unknown[] = [];
    await withBareApp(harness, { handler }, async (app) => {
      received.push(digestOf((await app.send({ path: '/export' })).text));
    });
    await withApp(harness, { handler, options: { mode: 'block' } }, async (app) => {
      const { reply, assessment } = await app.assessed({ path: '/export' });
      received.push(digestOf(reply.text));
      expect((assessment.response?.bytes ?? 0) >= bytes.length).toBe(true);
    });
    expect(received).toEqual([digestOf(bytes), digestOf(bytes)]);
  });

  /** An app whose answers are what the test writes, on a clock that only the test moves. */
  async function withDownload(
    mode: 'monitor' | 'block',
    use: (given: {
      app: GuardedApp;
      clock: FakeClock;
      events: PassThrough;
      download: (response: IncomingMessage) => Promise<unknown>;
    }) => Promise<void>,
  ): Promise<void> {
    const clock = new FakeClock();
    const events = new PassThrough();
    await withApp(harness, { handler: async () => events, options: { mode, clock } }, (app) =>
      use({ app, clock, events, download: (response) => once(response, 'end') }),
    );
  }
}

/** The beginning of an answer, whose body flows. */
async function begin(port: number, path: string): Promise<IncomingMessage> {
  const request = httpRequest({ host: '127.0.0.1', port, path, agent: false }).end();
  const [response] = (await within('an answer to begin', once(request, 'response'))) as [IncomingMessage];
  response.on('error', () => {});
  return response;
}
