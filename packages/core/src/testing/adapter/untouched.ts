import { sendRaw } from '../http-client.js';
import type { Expect, Test } from '../suite.js';
import { HARMLESS } from './bodies.js';
import { type AdapterHarness, type BareApp, PARSERS, withApp, withBareApp } from './harness.js';

/** A harmless request is answered as if the library were not there: same status, headers, and bytes at the handler. */
export function untouched(test: Test, expect: Expect, harness: AdapterHarness): void {
  for (const mode of ['monitor', 'block'] as const) {
    for (const parser of PARSERS) {
      test(`${mode} leaves harmless requests as they are (parser: ${parser})`, async () => {
        const answers: unknown[] = [];
        await withBareApp(harness, { parser }, async (app) => {
          answers.push(await answersOf(app));
        });
        await withApp(harness, { parser, options: { mode } }, async (app) => {
          answers.push(await answersOf(app));
          expect(app.security.counters.rejected).toBe(0);
        });
        expect(answers[1]).toEqual(answers[0]);
      });
    }

    test(`${mode} reads a request that arrives byte by byte, line by line of its head`, async () => {
      const request =
        'POST /notes HTTP/1.1\r\nhost: app.test\r\nconnection: close\r\ncontent-length: 4\r\ncontent-type: text/plain\r\n\r\ntea.';
      await withApp(harness, { options: { mode } }, async (app) => {
        const answer = await sendRaw(app.port, request);
        expect(answer.startsWith('HTTP/1.1 200 ')).toBe(true);
        expect(app.seen.handled).toBe(1);
      });
    });
  }

  test('a mount path does not change what the handler sees', async () => {
    const answers: unknown[] = [];
    const mounted = { mountPath: '/api/v1', parser: 'after' as const };
    await withBareApp(harness, mounted, async (app) => {
      answers.push(await app.send({ path: '/api/v1/users/42?sort=name' }).then(({ text }) => text));
    });
    await withApp(harness, { ...mounted, options: { mode: 'block' } }, async (app) => {
      answers.push(await app.send({ path: '/api/v1/users/42?sort=name' }).then(({ text }) => text));
    });
    expect(answers[1]).toEqual(answers[0]);
  });
}

/** Name of each request → everything that came back, without what differs between any two answers. */
async function answersOf(app: BareApp): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const [name, sent] of Object.entries(HARMLESS)) {
    const { status, headers, text } = await app.send(sent);
    answers[name] = { status, headers: { ...headers, date: '' }, text };
  }
  return answers;
}
