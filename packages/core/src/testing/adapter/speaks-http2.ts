import { once } from 'node:events';
import type { Sent } from '../http-client.js';
import type { Expect, Test } from '../suite.js';
import { ATTACK, ATTACKS, HARMLESS, json } from './bodies.js';
import {
  type AdapterHarness,
  type Http2App,
  PARSERS,
  type Watched,
  withBareHttp2App,
  withHttp2App,
} from './harness.js';
import { sharing } from './sharing.js';

/** What asks for its body to be asked for is a matter of HTTP/1. */
const SENT: readonly [name: string, sent: Sent][] = Object.entries(HARMLESS).filter(
  ([, { headers }]) => headers?.expect === undefined,
);

/** The same over HTTP/2, where many requests share a connection. */
export function speaksHttp2(test: Test, expect: Expect, { startHttp2 }: AdapterHarness): void {
  if (startHttp2 === undefined) return;

  for (const mode of ['monitor', 'block'] as const) {
    for (const parser of PARSERS) {
      test(`${mode} leaves harmless requests as they are over HTTP/2 (parser: ${parser})`, async () => {
        const answers: unknown[] = [];
        await withBareHttp2App(startHttp2, { parser }, async (app) => {
          answers.push(await answersOf(app));
        });
        await withHttp2App(startHttp2, { parser, options: { mode } }, async (app) => {
          answers.push(await answersOf(app));
          // A parser in front of the adapter keeps what it refuses.
          const { requests } = app.security.counters;
          expect(parser === 'before' ? requests > 0 : requests === SENT.length).toBe(true);
        });
        expect(answers[1]).toEqual(answers[0]);
      });
    }
  }

  const share = sharing<Http2App & Watched>(test, (use) =>
    withHttp2App(startHttp2, { options: { mode: 'block' } }, use),
  );

  for (const [where, { sent, place }] of Object.entries(ATTACKS)) {
    share(`block rejects an attack in ${where} over HTTP/2`, async (app) => {
      const { handled } = app.seen;
      const assessed = app.nextAssessment();
      const { status, headers, text } = await app.send(sent);
      const { id, evidence } = await assessed;
      expect({ status, type: headers['content-type'], place: evidence[0]?.place, told: text.includes(id) }).toEqual({
        status: 403,
        type: 'application/problem+json',
        place,
        told: true,
      });
      expect(app.seen.handled).toBe(handled);
    });
  }

  share('streams of one connection do not mix', async (app) => {
    const before = { ...app.security.counters };
    let finished = 0;
    const count = () => {
      finished += 1;
    };
    app.security.on('assessment', count);
    const notes = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? ATTACK : `tea for ${i}`));
    const replies = await Promise.all(notes.map((note) => app.send(json({ note }))));
    expect(replies.map(({ status }) => status)).toEqual(notes.map((note) => (note === ATTACK ? 403 : 200)));
    while (finished < notes.length) await app.nextAssessment();
    app.security.off('assessment', count);
    const { requests, scored, rejected } = app.security.counters;
    expect({
      requests: requests - before.requests,
      scored: scored - before.scored,
      rejected: rejected - before.rejected,
    }).toEqual({ requests: 30, scored: 30, rejected: 10 });
  });

  share('a connection that many streams share is no client of its own, and the assessment says so', async (app) => {
    const assessed = app.nextAssessment();
    await app.send({ path: '/users' });
    const { scores, features, degraded, response } = await assessed;
    expect({ flow: scores.flow, features, degraded, status: response?.status }).toEqual({
      flow: null,
      features: [],
      degraded: [],
      status: 200,
    });
  });

  share('an upload that is cancelled leaves nothing behind', async (app) => {
    const { errors } = app.security.counters;
    const { handled } = app.seen;
    const assessed = app.nextAssessment();
    await app.client.sendAndCancel({ ...json({}), body: '{"item":' }, once(app.server, 'request'));
    expect((await assessed).request.path).toBe('/orders');
    const next = app.nextAssessment();
    expect((await app.send(json({ note: ATTACK }))).status).toBe(403);
    await next;
    expect({ handled: app.seen.handled, errors: app.security.counters.errors }).toEqual({ handled, errors });
  });
}

/** Name of each request → everything that came back, without the time. */
async function answersOf(app: Http2App): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const [name, sent] of SENT) {
    const { status, headers, text } = await app.send(sent);
    answers[name] = { status, headers: { ...headers, date: '' }, text };
  }
  return answers;
}
