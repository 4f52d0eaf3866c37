import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWindow } from './byte-window.js';

describe('ByteWindow', () => {
  it('keeps everything up to the limit, then head and tail, however the bytes are split', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 }), fc.nat(120), (chunks, limit) => {
        const window = new ByteWindow(limit);
        for (const chunk of chunks) window.add(chunk);
        const all = Buffer.concat(chunks);
        const head = Math.ceil(limit * 0.75);
        const expected =
          all.length <= limit
            ? all
            : Buffer.concat([all.subarray(0, head), all.subarray(all.length - (limit - head), all.length)]);
        expect(window.bytes()).toEqual(expected);
        expect(window.totalBytes).toBe(all.length);
        expect(window.cut).toBe(all.length > limit);
        expect(window.headBytes).toBe(all.length > limit ? head : all.length);
      }),
    );
  });

  it('can be narrowed, at any time, to what a narrower one would have kept', () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 });
    fc.assert(
      fc.property(chunks, chunks, fc.nat(120), fc.nat(120), (before, after, one, other) => {
        const wide = new ByteWindow(Math.max(one, other));
        const narrow = new ByteWindow(Math.min(one, other));
        for (const chunk of before) wide.add(chunk);
        const narrowed = wide.narrowed(narrow.limitBytes);
        for (const chunk of after) narrowed.add(chunk);
        for (const chunk of [...before, ...after]) narrow.add(chunk);
        const { totalBytes, headBytes, cut } = narrow;
        expect([narrowed.totalBytes, narrowed.headBytes, narrowed.cut]).toEqual([totalBytes, headBytes, cut]);
        expect(narrowed.bytes()).toEqual(narrow.bytes());
      }),
    );
  });

  it('gives the bytes from a position on while nothing is cut', () => {
    const window = new ByteWindow(100);
    window.add(Buffer.from('hello '));
    window.add(Buffer.from('world'));
    expect(window.bytes(4).toString()).toBe('o world');
    expect(window.bytes(11)).toHaveLength(0);
  });

  it('is not changed by what happens to the chunks or its answers later', () => {
    const window = new ByteWindow(100);
    const chunk = Buffer.from('abc');
    window.add(chunk);
    chunk.fill(0);
    window.bytes().fill(0);
    expect(window.bytes().toString()).toBe('abc');
  });
});
