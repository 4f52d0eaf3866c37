import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deadline } from '../deadline.js';
import type { HeaderEntry } from '../observation/observation.js';
import { FakeClock } from '../testing/fake-clock.js';
import { observationOf } from '../testing/sample-observations.js';
import { readContent } from './content.js';
import { ContentReader } from './content-reader.js';
import { DEFAULT_CONTENT_LIMITS } from './limits.js';

const JWT = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from('{"sub":"1","note":"<b>"}').toString('base64url')}.c2ln`;
const LINES: readonly HeaderEntry[] = [
  ['authorization', `Bearer ${JWT}`],
  ['authorization', `Bearer eyJhbGciOiJub25lIn0.e30.`],
  ['cookie', 'a=1; session=%27%20or%201=1; a=1'],
  ['cookie', `prefs=${Buffer.from('{"theme":"<dark>"}').toString('base64')}`],
  ['x-state', '{"user":{"name":"Bob","tags":["a","<b>"]}}'],
  ['x-state', '{"user":{"name":'],
  ['x-long', `%2527${'a'.repeat(1_100)}`],
  ['x-deep', '%252525252525253cscript>'],
  ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64)'],
  ['referer', 'https://shop.example.com/a?b=%27'],
  ['__proto__', 'x'],
  ['accept', '*/*'],
];
const line = fc.oneof(
  fc.constantFrom(...LINES),
  fc.tuple(
    fc.constantFrom('cookie', 'x-a', 'authorization', 'referer'),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
  ),
);
const request = fc.record({
  url: fc.constantFrom('/', '/a?b=1', "/a?b='x&session=%27%20or%201=1", '/x?q=%3Cb%3E'),
  headers: fc.array(line, { maxLength: 8 }),
});

describe('ContentReader', () => {
  it('says of a request what it would say had it seen no other before', () => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 2, maxLength: 12 }), (requests) => {
        const reader = new ContentReader(DEFAULT_CONTENT_LIMITS);
        for (const { url, headers } of [...requests, ...requests]) {
          const observation = observationOf({ url, headers });
          const { values, ...rest } = reader.read(observation);
          const { values: wanted, ...wantedRest } = readContent(observation, DEFAULT_CONTENT_LIMITS);
          expect(values).toEqual(wanted);
          expect(rest).toEqual(wantedRest);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('holds repeated lines to the limits of their request', () => {
    const limits = { ...DEFAULT_CONTENT_LIMITS, values: 3 };
    const reader = new ContentReader(limits);
    const headers: HeaderEntry[] = [['cookie', 'a=1; b=2']];
    expect([...reader.read(observationOf({ headers })).truncated]).toEqual([]);
    const crowded = reader.read(observationOf({ url: '/?c=3', headers }));
    expect(crowded.values.map(({ place }) => place)).toEqual(['path', 'query.c', 'cookie.a']);
    expect([...crowded.truncated]).toEqual(['values']);
  });

  it('marks a line each time that it has to', () => {
    const reader = new ContentReader(DEFAULT_CONTENT_LIMITS);
    const observation = observationOf({ headers: [['x-deep', '%252525252525253c']] });
    for (let time = 0; time < 3; time++) expect([...reader.read(observation).unparsed]).toEqual(['encoding']);
  });

  /** Bodies that are long to read, most of them without a value to show for it. */
  const LONG: readonly [mediaType: string, piece: string, beginning?: string][] = [
    ['application/json', '"",', '['],
    ['application/json', '"":"",', '{'],
    ['application/json', '['],
    ['application/json', '1,', '['],
    ['application/json', ' ', '['],
    ['application/x-www-form-urlencoded', 'a=&'],
    ['application/x-www-form-urlencoded', '&'],
    ['application/xml', '<a>'],
    ['application/xml', 'b="" ', '<a '],
    ['application/graphql', '""', '{'],
    ['application/octet-stream', '1\r\na\r\n'],
    ['application/json', '"\\"{\\\\\\"a\\\\\\":1}\\"",', '['],
  ];

  it.each(LONG)('stops soon after its time in a long %s of %j', (mediaType: string, piece: string, beginning = '') => {
    const raw = beginning + piece.repeat(Math.ceil(1_000_000 / piece.length));
    const observation = observationOf({ body: { mediaType, raw } });
    const clock = new FakeClock();
    const deadline = new Deadline(clock, 5);
    let looks = 0;
    const cut = new ContentReader(DEFAULT_CONTENT_LIMITS).read(observation, () => {
      looks++;
      clock.advance(1);
      return deadline.passed;
    });
    expect([...cut.truncated]).toContain('time');
    // Four until it is up, and one for each thing that was begun by then.
    expect(looks).toBeGreaterThanOrEqual(5);
    expect(looks).toBeLessThan(16);
    expect(cut.values.map(({ place }) => place)).toContain('path');
  });

  it('looks at the time seldom', () => {
    let looks = 0;
    const look = () => {
      looks++;
      return false;
    };
    const reader = new ContentReader(DEFAULT_CONTENT_LIMITS);
    reader.read(observationOf({ url: '/a?b=1', headers: LINES }), look);
    expect(looks).toBeLessThanOrEqual(2);
    const raw = JSON.stringify(Array.from({ length: 1_500 }, (_, i) => `value ${i}`));
    reader.read(observationOf({ body: { mediaType: 'application/json', raw } }), look);
    expect(looks).toBeLessThan(80);
  });

  it('stops when time is up, and says so', () => {
    const raw = JSON.stringify(Array.from({ length: 1_500 }, (_, i) => `value ${i}`));
    const observation = observationOf({ body: { mediaType: 'application/json', raw } });
    const reader = new ContentReader(DEFAULT_CONTENT_LIMITS);
    let looks = 0;
    const cut = reader.read(observation, () => ++looks > 5);
    expect(cut.values.length).toBeLessThan(400);
    expect([...cut.truncated]).toEqual(['time']);
    expect(looks).toBeLessThan(20);
    const whole = reader.read(observation);
    expect(whole.values.length).toBe(1_501);
    expect([...whole.truncated]).toEqual([]);
  });
});
