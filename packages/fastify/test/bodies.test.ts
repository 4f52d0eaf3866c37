import type { Assessment } from '@api-security/core';
import { describe, expect, it, vi } from 'vitest';
import { ATTACK, type GuardedApp, withPlugin } from './guarded-app.js';

const JSON_TYPE = 'application/json';

const posted = (body: string, type = JSON_TYPE): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': type },
  body,
});

/** Status of the answer, and where the attack was seen. */
async function outcome({ ask, assessments }: GuardedApp, init: RequestInit) {
  const already = assessments.length;
  const { status } = await ask('/notes', init);
  await vi.waitFor(() => expect(assessments.length).toBe(already + 1));
  const { evidence, response } = assessments.at(-1) as Assessment;
  return { status, seen: response?.status, place: evidence[0]?.place };
}

/** An app whose one route tells what it got. */
function withNotes(mode: 'monitor' | 'block', use: (guarded: GuardedApp) => Promise<void>): Promise<void> {
  return withPlugin({ mode }, async (guarded) => {
    await guarded.app.register(guarded.security);
    guarded.app.post('/notes', { bodyLimit: 10_000 }, async ({ body }) => ({ body }));
    await use(guarded);
  });
}

describe('a body that Fastify refuses', () => {
  const filling = 'tea '.repeat(5_000);
  it.each<[what: string, status: number, attack: RequestInit, neighbour: RequestInit]>([
    ['JSON that is not', 400, posted(`{"note": "${ATTACK}", "item": tea`), posted('{"note": "O\'Brien", "item": tea')],
    [
      'too long',
      413,
      posted(JSON.stringify({ note: ATTACK, filling })),
      posted(JSON.stringify({ note: 'tea', filling })),
    ],
    ['of an unknown type', 415, posted(`note=${ATTACK}`, 'text/odd'), posted('note=select a plan', 'text/odd')],
    [
      'that would poison a prototype',
      400,
      posted(`{"__proto__": {"note": "${ATTACK}"}}`),
      posted('{"__proto__": {"note": "tea"}}'),
    ],
  ])('%s is answered %i by it, and yet the attack in it is seen, or rejected', async (_, status, attack, neighbour) => {
    await withNotes('monitor', async (guarded) => {
      expect(await outcome(guarded, attack)).toEqual({
        status,
        seen: status,
        place: expect.stringMatching(/^body/) as string,
      });
    });
    await withNotes('block', async (guarded) => {
      expect((await outcome(guarded, attack)).status).toBe(403);
      expect(await outcome(guarded, neighbour)).toEqual({ status, seen: status, place: undefined });
      expect(guarded.security.counters.requests).toBe(2);
    });
  });
});

describe('a body in a format of the app', () => {
  /** Turns one bit of every byte: what is written so reads as nothing before it is turned back. */
  const written = (text: string) =>
    Buffer.from(text.split('').map((char) => char.charCodeAt(0) ^ 1)).toString('latin1');
  const parser = async (_request: unknown, text: unknown) => ({ note: written(String(text)) });

  it('is read, in monitor mode, as the app has read it', async () => {
    await withPlugin({}, async (guarded) => {
      const { app, security } = guarded;
      await app.register(security);
      app.addContentTypeParser('application/x-odd', { parseAs: 'string' }, parser);
      app.post('/notes', async ({ body }) => ({ body }));
      expect(written(written(ATTACK))).toBe(ATTACK);
      expect(await outcome(guarded, posted(written(ATTACK), 'application/x-odd'))).toMatchObject({
        place: 'body.note',
      });
      expect(await outcome(guarded, posted(written("O'Brien"), 'application/x-odd'))).toMatchObject({
        place: undefined,
      });
    });
  });

  it('that the app takes as a stream is left to it, and no property of the stream is taken for data', async () => {
    await withPlugin({ mode: 'block' }, async (guarded) => {
      const { app, security, ask } = guarded;
      await app.register(security);
      app.removeAllContentTypeParsers();
      app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
      app.post('/notes', async ({ body }, reply) => reply.type('text/plain').send(body));
      const text = `{"note": "Miles O'Brien"}`;
      expect(await (await ask('/notes', posted(text))).text()).toBe(text);
      expect(await outcome(guarded, posted(JSON.stringify({ note: ATTACK })))).toEqual({
        status: 403,
        seen: 403,
        place: 'body.note',
      });
      security.mode = 'monitor';
      expect(await outcome(guarded, posted(text))).toEqual({ status: 200, seen: 200, place: undefined });
    });
  });
});
