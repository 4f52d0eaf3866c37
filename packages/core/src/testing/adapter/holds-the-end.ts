import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { PassThrough } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { type Sent, sendAndHangUp, sendRaw } from '../http-client.js';
import type { Expect, Test } from '../suite.js';
import { within } from '../within.js';
import { ATTACK, json, LOOK_ALIKE, post } from './bodies.js';
import { type AdapterHarness, withApp } from './harness.js';
import { guardOutside } from './outer-guard.js';

const BLOCK = { options: { mode: 'block' } } as const;
const FILLING = Array.from({ length: 50_000 }, (_, i) => 10_000 + i);

/** 300 kB whose last bytes hold a text. */
const tailed = (text: string): Sent => json({ filling: FILLING, note: text });

/** What may happen while a long body is under way whose end waits to be inspected. */
export function holdsTheEnd(test: Test, expect: Expect, harness: AdapterHarness): void {
  test('an answer that began before the end of a body is not broken off, and its assessment says so', async () => {
    const handler = async ({ request }: { request: IncomingMessage }): Promise<PassThrough> => {
      const answer = new PassThrough();
      answer.write('begun;');
      request.resume().once('end', () => answer.end('done'));
      return answer;
    };
    await withApp(harness, { ...BLOCK, parser: 'none', handler }, async (app) => {
      for (const [text, action, late] of [
        [LOOK_ALIKE, 'allow', 0],
        [ATTACK, 'flag', 1],
      ] as const) {
        const assessed = app.nextAssessment();
        const reply = await within('an answer', endOnceAnswered(app.port, tailed(text)));
        const { decision, level, response } = await assessed;
        expect({ ...reply, action: decision.action, status: response?.status }).toEqual({
          text: 'begun;done',
          action,
          status: 200,
        });
        expect({ isLate: decision.reason === 'late', level }).toEqual({
          isLate: late === 1,
          level: late === 1 ? 'critical' : 'low',
        });
        const { counters } = app.security;
        expect({ late: counters.late, rejected: counters.rejected, errors: counters.errors }).toEqual({
          late,
          rejected: 0,
          errors: 0,
        });
      }
    });
  });

  test('a client that leaves in the middle of a long body leaves nothing behind', async () => {
    await withApp(harness, BLOCK, async (app) => {
      const { body } = tailed(ATTACK);
      const head =
        'POST /orders HTTP/1.1\r\nhost: app.test\r\ncontent-type: application/json\r\ncontent-length: 900000\r\n\r\n';
      const assessed = app.nextAssessment();
      const arrived = once(app.server, 'request').then(() => wait(50));
      await sendAndHangUp(app.port, head + String(body), arrived);
      expect((await assessed).truncated.includes('body-bytes')).toBe(true);
      const { requests, scored, unscored, rejected, errors } = app.security.counters;
      expect({ requests, scored, unscored, rejected, errors, handled: app.seen.handled }).toEqual({
        requests: 1,
        scored: 1,
        unscored: 0,
        rejected: 0,
        errors: 0,
        handled: 0,
      });
      expect((await app.assessed(json({ note: 'tea' }))).reply.status).toBe(200);
    });
  });

  test('a guard that blocks reads to the end behind one that only watches', async () => {
    await withApp(harness, { route: { mode: 'block' }, options: { mode: 'monitor' } }, async (app) => {
      guardOutside(app.server, app.security);
      expect((await app.assessed(tailed(ATTACK))).reply.status).toBe(403);
      expect((await app.assessed(tailed(LOOK_ALIKE))).reply.status).toBe(200);
      const { requests, scored, rejected, alerts } = app.security.counters;
      expect({ requests, scored, rejected, alerts, handled: app.seen.handled }).toEqual({
        requests: 2,
        scored: 2,
        rejected: 1,
        alerts: 1,
        handled: 1,
      });
    });
  });

  for (const type of ['application/json', 'application/octet-stream']) {
    test(`a guard behind a decoder inspects what the one in front of it could not read: ${type}`, async () => {
      await withApp(harness, { ...BLOCK, parser: 'before' }, async (app) => {
        guardOutside(app.server, app.security);
        decodeBehind(app.server);
        const coded = (text: string): Sent => post(type, inverted(Buffer.from(JSON.stringify({ note: text }))));
        const { reply, assessment } = await app.assessed(coded(ATTACK));
        expect({ status: reply.status, level: assessment.level, place: assessment.evidence[0]?.place }).toEqual({
          status: 403,
          level: 'critical',
          place: 'body.note',
        });
        expect((await app.assessed(coded(LOOK_ALIKE))).reply.status).toBe(200);
        const { requests, scored, rejected, alerts, errors } = app.security.counters;
        expect({ requests, scored, rejected, alerts, errors, handled: app.seen.handled }).toEqual({
          requests: 2,
          scored: 2,
          rejected: 1,
          alerts: 1,
          errors: 0,
          handled: 1,
        });
      });
    });
  }

  test('what is pipelined behind a body that is rejected at its end gets no answer in its place', async () => {
    await withApp(harness, BLOCK, async (app) => {
      for (const [text, answers] of [
        [ATTACK, ['403']],
        [LOOK_ALIKE, ['200', '200']],
      ] as const) {
        const body = String(tailed(text).body);
        const post = `POST /orders HTTP/1.1\r\nhost: app.test\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
        const next = 'GET /users HTTP/1.1\r\nhost: app.test\r\nconnection: close\r\n\r\n';
        const came = await sendRaw(app.port, [post + body + next]);
        expect([...came.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(answers);
      }
      expect(app.security.counters.errors).toBe(0);
    });
  });
}

/** Sends a body whose last bytes wait until the answer has begun. */
async function endOnceAnswered(port: number, { method, path, headers, body = '' }: Sent): Promise<{ text: string }> {
  const bytes = Buffer.from(body);
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    method,
    path,
    agent: false,
    headers: { ...headers, 'content-length': bytes.length },
  });
  request.write(bytes.subarray(0, -1_000));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  request.end(bytes.subarray(-1_000));
  return { text: await textOf(response) };
}

/** A coding of nobody's: every bit turned around. */
function inverted(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.map((byte) => byte ^ 0xff));
}

/** Takes that coding off for everybody who reads the stream: the first guard has seen the bytes before that. */
function decodeBehind(server: Server): void {
  server.prependListener('request', (request) => {
    const push = request.push;
    request.push = (chunk: Uint8Array | null) =>
      Reflect.apply(push, request, [chunk === null ? null : inverted(chunk)]);
  });
}
