import { createHash } from 'node:crypto';
import type { Limits } from '../../options.js';
import type { Sent } from '../http-client.js';
import type { Expect, Test } from '../suite.js';
import { ATTACK, form, json, LOOK_ALIKE, multipart, post } from './bodies.js';
import { type AdapterHarness, type GuardedApp, PARSERS, withApp } from './harness.js';
import { sharing } from './sharing.js';

/** Objects inside one another, the text in the innermost. */
function nested(depth: number, text: string): unknown {
  let value: unknown = text;
  for (let i = 0; i < depth; i++) value = { in: value };
  return value;
}

function oddKeys(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`key of ${i}`, i]));
}

const values = (count: number) => Array.from({ length: count }, (_, i) => `note ${i}: tea, please`);
const parts = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `p${i}`, content: `${i}` }));

/** One limit, a request that stays below it, and one that does not. */
const LIMITS: readonly { limit: Partial<Limits>; mark: string; below: Sent; above: Sent }[] = [
  { limit: { bodyBytes: 2_000 }, mark: 'body-bytes', below: json({ note: 'tea' }), above: json(values(200)) },
  { limit: { depth: 8 }, mark: 'depth', below: json(nested(7, 'tea')), above: json(nested(20, 'tea')) },
  { limit: { keys: 20 }, mark: 'keys', below: json(oddKeys(10)), above: json(oddKeys(40)) },
  {
    limit: { keys: 20 },
    mark: 'keys',
    below: form({ a: '1' }),
    above: form(Object.fromEntries(Object.entries(oddKeys(40)).map(([key, value]) => [key, String(value)]))),
  },
  { limit: { values: 50 }, mark: 'values', below: json(values(10)), above: json(values(100)) },
  { limit: { parts: 4 }, mark: 'parts', below: multipart(parts(4)), above: multipart(parts(8)) },
  {
    limit: { valueChars: 500 },
    mark: 'value-chars',
    below: json({ note: 'tea, please' }),
    above: json({ note: 'tea, please '.repeat(100) }),
  },
  { limit: { windows: 8 }, mark: 'windows', below: json(values(4)), above: json(values(40)) },
];

/** A JSON body of about 300 kB, with a text at its beginning, in its middle, or at its end, and numbers in between. */
function large(at: 'head' | 'middle' | 'tail', text: string): Sent {
  const filling = Array.from({ length: 25_000 }, (_, i) => 10_000 + i);
  const [head, middle, tail] = (['head', 'middle', 'tail'] as const).map((where) => (where === at ? text : 'tea'));
  return json({ head, before: filling, middle, after: filling, tail });
}

/** 20 kB that look random and are the same in every run. */
const NOISE = Buffer.concat(Array.from({ length: 625 }, (_, i) => createHash('sha256').update(`${i}`).digest()));
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), NOISE]);

/** Uploads that are no text. */
const BINARY: Readonly<Record<string, Sent>> = {
  'a picture': post('image/png', PNG, '/photos'),
  'bytes of no type': post('', NOISE, '/photos'),
  'bytes that claim to be a stream': post('application/octet-stream', NOISE, '/photos'),
  'a picture in a form': multipart([
    { name: 'title', content: 'on holiday' },
    { name: 'photo', file: 'holiday.png', type: 'image/png', content: PNG.toString('latin1') },
  ]),
};

/** What is beyond a limit is marked and counted, and what is within is read. */
export function keepsLimits(test: Test, expect: Expect, harness: AdapterHarness): void {
  for (const mode of ['monitor', 'block'] as const) {
    for (const { limit, mark, below, above } of LIMITS) {
      const what = `${Object.entries(limit).flat().join(' ')} on ${above.headers?.['content-type']?.split(';')[0]}`;
      test(`${mode} marks what is beyond the limit of ${what}`, async () => {
        await withApp(harness, { options: { mode, limits: limit } }, async (app) => {
          const { reply, assessment } = await app.assessed(above);
          expect({ status: reply.status, truncated: assessment.truncated }).toEqual({ status: 200, truncated: [mark] });
          expect(app.security.counters.truncated).toBe(1);
          const { assessment: within } = await app.assessed(below);
          expect(within.truncated).toEqual([]);
          expect(app.security.counters.truncated).toBe(1);
        });
      });
    }
  }

  const monitored = sharing<GuardedApp>(test, (use) => withApp(harness, { parser: 'none' }, use));
  for (const [at, level, place] of [
    ['head', 'critical', 'body.head'],
    ['middle', 'low', undefined],
    ['tail', 'critical', 'body~tail'],
  ] as const) {
    monitored(
      `of a body of 300 kB, the ${at} is ${place === undefined ? 'not ' : ''}read, and the rest marked`,
      async (app) => {
        const { reply, assessment } = await app.assessed(large(at, ATTACK));
        const { level: found, truncated, evidence } = assessment;
        expect({ status: reply.status, found, truncated, place: evidence[0]?.place }).toEqual({
          status: 200,
          found: level,
          truncated: ['body-bytes'],
          place,
        });
        expect((await app.assessed(large(at, LOOK_ALIKE))).assessment.level).toBe('low');
      },
    );
  }

  monitored('a body that is read whole is not marked', async (app) => {
    const { reply, assessment } = await app.assessed(json({ note: 'tea', numbers: Array(20_000).fill(7) }));
    expect({ status: reply.status, truncated: assessment.truncated }).toEqual({ status: 200, truncated: [] });
  });

  for (const [mode, parser, status] of [
    ['monitor', 'before', 200],
    ['block', 'before', 403],
  ] as const) {
    test(`${mode} reads all of a body of 300 kB that a parser has read before us`, async () => {
      await withApp(harness, { parser, options: { mode } }, async (app) => {
        for (const at of ['head', 'middle', 'tail'] as const) {
          const { reply, assessment } = await app.assessed(large(at, ATTACK));
          const places = assessment.evidence.map(({ place }) => place);
          expect({ status: reply.status, found: places.includes(`body.${at}`) }).toEqual({ status, found: true });
        }
      });
    });
  }

  test('block keeps no handler waiting for more of a body than it reads, and marks it', async () => {
    await withApp(harness, { options: { mode: 'block' } }, async (app) => {
      const statuses: number[] = [];
      for (const at of ['head', 'middle'] as const) {
        const { reply, assessment } = await app.assessed(large(at, ATTACK));
        statuses.push(reply.status);
        expect(assessment.truncated).toEqual(['body-bytes']);
      }
      expect(statuses).toEqual([403, 200]);
    });
  });

  for (const parser of PARSERS) {
    const share = sharing<GuardedApp>(test, (use) => withApp(harness, { parser, options: { mode: 'block' } }, use));
    for (const [what, sent] of Object.entries(BINARY)) {
      share(`${what} is counted as binary, and is no evidence of anything (parser: ${parser})`, async (app) => {
        const { binary } = app.security.counters;
        const { reply, assessment } = await app.assessed(sent);
        const { level, evidence, unparsed, binaryBytes } = assessment;
        expect({ status: reply.status, level, evidence, unparsed, binary: binaryBytes >= NOISE.length }).toEqual({
          status: 200,
          level: 'low',
          evidence: [],
          unparsed: [],
          binary: true,
        });
        expect(app.security.counters.binary).toBe(binary + 1);
      });
    }

    share(`a text upload is not binary (parser: ${parser})`, async (app) => {
      const file = { name: 'list', file: 'list.csv', type: 'text/csv', content: 'item,note\r\ntea,\r\n' };
      expect((await app.assessed(multipart([file]))).assessment.binaryBytes).toBe(0);
    });

    share(`a text behind the first bytes of a picture is read all the same (parser: ${parser})`, async (app) => {
      const bytes = Buffer.concat([PNG.subarray(0, 8), Buffer.from(`; ${ATTACK};${' a line about tea.'.repeat(200)}`)]);
      expect((await app.assessed(post('image/png', bytes, '/photos'))).reply.status).toBe(403);
    });
  }
}
