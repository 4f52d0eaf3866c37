import { PassThrough, Readable } from 'node:stream';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type BodyTap, tapBody } from './body-tap.js';
import { type ObservedBody, openMarks } from './observation.js';
import { observedBody } from './request-body.js';

const LIMIT = 4000;

/** A tap that has seen these bytes go by. */
async function tapped(bytes: Buffer, { end = true } = {}): Promise<BodyTap> {
  const stream = new PassThrough();
  const tap = tapBody(stream, { bodyBytes: LIMIT }, { once: () => {} });
  stream.resume();
  stream.write(bytes);
  if (!end) return tap;
  stream.end();
  await tap.ended.passed;
  return tap;
}

interface Observed {
  readonly body: ObservedBody | null;
  readonly truncated: string[];
  readonly unparsed: string[];
}

async function observe(tap: BodyTap, headers: Record<string, string>, parsed?: unknown): Promise<Observed> {
  const marks = openMarks();
  const body = await observedBody(tap, { headers }, parsed, marks);
  return { body, truncated: [...marks.truncated], unparsed: [...marks.unparsed] };
}

describe('observedBody', () => {
  it('has bytes, media type and what the host parsed', async () => {
    const { body, truncated, unparsed } = await observe(
      await tapped(Buffer.from('{"a":1}')),
      { 'content-type': 'application/json; charset=utf-8' },
      { a: 1 },
    );
    expect(body).toEqual({
      mediaType: 'application/json',
      parameters: new Map([['charset', 'utf-8']]),
      raw: Buffer.from('{"a":1}'),
      headBytes: 7,
      parsed: { a: 1 },
    });
    expect([truncated, unparsed]).toEqual([[], []]);
  });

  it('is null when there is none', async () => {
    expect((await observe(await tapped(Buffer.alloc(0)), {})).body).toBeNull();
  });

  it('takes content codings off', async () => {
    const text = Buffer.from('{"q":"<script>"}');
    for (const [coding, bytes] of Object.entries({ gzip: gzipSync(text), br: brotliCompressSync(text) })) {
      const { body, unparsed } = await observe(await tapped(bytes), { 'content-encoding': coding });
      expect(body?.raw).toEqual(text);
      expect(unparsed).toEqual([]);
    }
  });

  it('marks and keeps the bytes of an unknown coding, and of a coding that is a lie', async () => {
    for (const coding of ['compress', 'gzip']) {
      const { body, unparsed } = await observe(await tapped(Buffer.from("' OR 1=1--")), { 'content-encoding': coding });
      expect(body?.raw?.toString()).toBe("' OR 1=1--");
      expect(unparsed).toEqual(['encoding']);
    }
  });

  it('marks a body that inflates past the limit', async () => {
    const { body, truncated } = await observe(await tapped(gzipSync(Buffer.alloc(LIMIT + 1, 'x'))), {
      'content-encoding': 'gzip',
    });
    expect(body?.raw).toHaveLength(LIMIT);
    expect(truncated).toEqual(['body-bytes']);
  });

  it('marks a body longer than the limit and keeps its two ends', async () => {
    const { body, truncated } = await observe(await tapped(Buffer.from(`start${'x'.repeat(LIMIT)}end`)), {});
    expect(truncated).toEqual(['body-bytes']);
    expect(body?.headBytes).toBe(3000);
    expect(body?.raw).toHaveLength(LIMIT);
    expect(body?.raw?.toString()).toMatch(/^startx+end$/);
  });

  it('marks a body whose end has not come', async () => {
    const { body, truncated } = await observe(await tapped(Buffer.from('{"a":'), { end: false }), {});
    expect(body?.raw?.toString()).toBe('{"a":');
    expect(truncated).toEqual(['body-bytes']);
  });

  it('leaves the bytes in the charset that they came in', async () => {
    const bytes = Buffer.from('<a>b</a>', 'utf16le');
    const { body, unparsed } = await observe(await tapped(bytes), { 'content-type': 'text/xml; charset=utf-16' });
    expect(body).toMatchObject({ raw: bytes, parameters: new Map([['charset', 'utf-16']]) });
    expect(unparsed).toEqual([]);
  });

  it('marks a coding of which nothing comes out', async () => {
    const { body, unparsed } = await observe(await tapped(gzipSync('{"a":1}').subarray(0, 10)), {
      'content-encoding': 'gzip',
    });
    expect(body?.raw).toHaveLength(10);
    expect(unparsed).toEqual(['encoding']);
  });

  it('relies on the parser when the body was read before, and marks it when there was none or files are left out', async () => {
    const read = Readable.from([Buffer.from('a=1')], { objectMode: false });
    await read.toArray();
    const tap = tapBody(read, { bodyBytes: LIMIT }, { once: () => {} });
    const parsed = await observe(tap, { 'content-type': 'application/x-www-form-urlencoded' }, { a: '1' });
    expect(parsed).toMatchObject({ body: { raw: null, parsed: { a: '1' } }, truncated: [] });
    expect(await observe(tap, {})).toMatchObject({ body: { raw: null }, truncated: ['body-bytes'] });
    expect((await observe(tap, { 'content-type': 'multipart/form-data' }, { a: '1' })).truncated).toEqual([
      'body-bytes',
    ]);
  });

  it('takes codings off bytes that a parser in front of us left as they came, and off none that it has taken them off', async () => {
    const stream = new PassThrough();
    stream.end('read before');
    for await (const _ of stream);
    const tap = tapBody(stream, { bodyBytes: LIMIT }, { once: () => {} });
    expect(tap.missed).toBe(true);
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const raw = async (parsed: unknown) => (await observe(tap, headers, parsed)).body?.raw?.toString() ?? null;
    expect(await raw(gzipSync('{"a":1}'))).toBe('{"a":1}');
    expect(await raw(Uint8Array.from(gzipSync('{"a":1}')))).toBe('{"a":1}');
    expect(await raw(Buffer.from('{"a":1}'))).toBe(null);
    expect(await raw({ a: 1 })).toBe(null);
  });

  it('has the bytes that a parser made of others, and not the same ones twice', async () => {
    const came = Buffer.from('what nobody can read');
    const made = (await observe(await tapped(came), {}, new Uint8Array(Buffer.from('{"a":1}')))).body;
    expect({ raw: made?.raw, parsed: made?.parsed }).toEqual({ raw: came, parsed: Buffer.from('{"a":1}') });
    expect((await observe(await tapped(came), {}, Buffer.from(came))).body?.parsed).toBeUndefined();
    const long = Buffer.alloc(LIMIT * 2, 'tea ');
    const collected = await observe(await tapped(long), {}, long);
    expect([collected.body?.parsed, collected.truncated]).toEqual([undefined, ['body-bytes']]);
  });

  it('cuts what a parser made to the limit, and marks it', async () => {
    const { body, truncated } = await observe(await tapped(Buffer.from('tea')), {}, Buffer.alloc(LIMIT + 1, 'x'));
    expect([body?.parsed, truncated]).toEqual([Buffer.alloc(LIMIT, 'x'), ['body-bytes']]);
  });
});
