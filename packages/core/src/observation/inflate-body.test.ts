import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inflateBody } from './inflate-body.js';

const LIMIT = 131_072;
const TEXT = Buffer.from(JSON.stringify({ q: "1' OR 1=1--".repeat(100) }));
const { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } = zlib;
const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Buffer) => Buffer };
const ENCODERS: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: gzipSync,
  'X-GZIP': gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
};
/** A frame of `{"q":"1' OR 1=1--"}`. */
const ZSTD = Buffer.from('KLUv/SATmQAAeyJxIjoiMScgT1IgMT0xLS0ifQ==', 'base64');

describe('inflateBody', () => {
  it('takes each coding off', async () => {
    for (const [coding, encode] of Object.entries(ENCODERS)) {
      expect(await inflateBody(encode(TEXT), coding, LIMIT)).toEqual({ bytes: TEXT, outcome: 'whole' });
    }
  });

  it('takes deflate without its zlib header too', async () => {
    expect(await inflateBody(deflateRawSync(TEXT), 'deflate', LIMIT)).toEqual({ bytes: TEXT, outcome: 'whole' });
  });

  it('takes several codings off in reverse order, and none for identity', async () => {
    const twice = brotliCompressSync(gzipSync(TEXT));
    expect(await inflateBody(twice, 'gzip, br', LIMIT)).toEqual({ bytes: TEXT, outcome: 'whole' });
    expect(await inflateBody(TEXT, 'identity', LIMIT)).toEqual({ bytes: TEXT, outcome: 'whole' });
  });

  it('takes zstd off where Node can, and does not know it elsewhere', async () => {
    const inflated = await inflateBody(ZSTD, 'zstd', LIMIT);
    const expected = { bytes: Buffer.from(`{"q":"1' OR 1=1--"}`), outcome: 'whole' };
    expect(inflated).toEqual(zstdCompressSync === undefined ? null : expected);
    const bomb = zstdCompressSync?.(Buffer.alloc(1_000_000, 'A'));
    if (bomb !== undefined) expect((await inflateBody(bomb, 'zstd', LIMIT))?.outcome).toBe('cut');
  });

  it('does not know other codings, nor endless lists of them', async () => {
    for (const coding of ['compress', 'gzip, compress', '__proto__', 'gzip, gzip, gzip, gzip']) {
      expect(await inflateBody(TEXT, coding, LIMIT)).toBeNull();
    }
  });

  it('stops at the limit, with the beginning of what there is', async () => {
    const bomb = Buffer.alloc(1_000_000, 'A');
    for (const [coding, encode] of Object.entries(ENCODERS)) {
      const inflated = await inflateBody(encode(bomb), coding, LIMIT);
      expect(inflated?.outcome).toBe('cut');
      expect(inflated?.bytes.equals(Buffer.alloc(LIMIT, 'A'))).toBe(true);
    }
  });

  it('gives what a cut stream still says', async () => {
    for (const [coding, encode] of Object.entries(ENCODERS)) {
      const noise = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * i * 31) % 251));
      const encoded = encode(noise);
      const inflated = await inflateBody(encoded.subarray(0, encoded.length >> 1), coding, LIMIT);
      expect(inflated?.outcome).toBe('whole');
      expect(inflated?.bytes.length).toBeGreaterThan(0);
      expect(noise.subarray(0, inflated?.bytes.length).equals(inflated?.bytes as Buffer)).toBe(true);
    }
  });

  it('says that plain bytes are broken', async () => {
    for (const coding of ['gzip', 'br', 'deflate']) {
      expect((await inflateBody(Buffer.from('{"a": "plain text, not encoded"}'), coding, LIMIT))?.outcome).toBe(
        'broken',
      );
    }
  });

  it('settles for any bytes', async () => {
    const coding = fc.constantFrom('gzip', 'br', 'deflate', 'gzip, br');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), coding, async (bytes, contentEncoding) => {
        const inflated = await inflateBody(Buffer.from(bytes), contentEncoding, 1000);
        expect(inflated?.bytes.length).toBeLessThanOrEqual(1000);
      }),
    );
  });
});
