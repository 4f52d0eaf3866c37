import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type BodyTap, tapBody } from './body-tap.js';

const response = { once: () => {} };

function stream(): Readable {
  return new Readable({ read() {} });
}

function tap(request: Readable, bodyBytes = 1000, onChunk?: () => void): BodyTap {
  return tapBody(request, { bodyBytes }, response, onChunk);
}

describe('tapBody', () => {
  it('sees what the host reads, and takes itself out at the end', async () => {
    const request = stream();
    const tapped = tap(request);
    const read = buffer(request);
    request.push(Buffer.from('hello '));
    request.push('wörld', 'utf8');
    expect({ complete: tapped.complete, bytes: tapped.totalBytes }).toEqual({ complete: false, bytes: 12 });
    request.push(null);
    await tapped.ended.passed;
    expect((await read).toString()).toBe('hello wörld');
    expect(tapped.seen()).toEqual({ bytes: Buffer.from('hello wörld'), headBytes: 12, cut: false });
    expect([tapped.complete, tapped.aborted, tapped.missed]).toEqual([true, false, false]);
    expect(Object.hasOwn(request, 'push')).toBe(false);
  });

  it('keeps the answer of push, on which backpressure rests', () => {
    const request = stream();
    tap(request);
    expect(request.push(Buffer.alloc(10))).toBe(true);
    expect(request.push(Buffer.alloc(request.readableHighWaterMark))).toBe(false);
  });

  it('calls back for every chunk', () => {
    const request = stream();
    let chunks = 0;
    tap(request, 10, () => {
      chunks += 1;
    });
    for (let i = 0; i < 5; i++) request.push(Buffer.alloc(10));
    expect(chunks).toBe(5);
  });

  it('never lets its own failure reach whoever pushes, nor loses a byte by it', async () => {
    const request = stream();
    const tapped = tap(request, 1000, () => {
      throw new Error('planted');
    });
    const read = buffer(request);
    request.push(Buffer.from('abc'));
    request.push(null);
    expect((await read).toString()).toBe('abc');
    expect(tapped.missed).toBe(true);
    expect(tapped.complete).toBe(false);
  });

  it('tells an abort from an end, without an error event of its own', async () => {
    const request = stream();
    const tapped = tap(request);
    request.push(Buffer.from('ab'));
    request.destroy();
    await tapped.ended.passed;
    expect([tapped.complete, tapped.aborted, tapped.totalBytes]).toEqual([false, true, 2]);
  });

  it('lets two taps watch one request, whoever ends first', async () => {
    const request = stream();
    const taps = [tap(request), tap(request)];
    const read = buffer(request);
    request.push(Buffer.from('abc'));
    request.push(null);
    await Promise.all(taps.map(({ ended }) => ended));
    expect(taps.map((one) => one.seen().bytes.toString())).toEqual(['abc', 'abc']);
    expect((await read).toString()).toBe('abc');
  });

  it('stays harmless when somebody has put themselves around it', async () => {
    const request = stream();
    const tapped = tap(request);
    const inner = request.push;
    const passed: unknown[] = [];
    request.push = (chunk, encoding) => {
      passed.push(chunk);
      return inner.call(request, chunk, encoding);
    };
    const read = buffer(request);
    request.push(Buffer.from('abc'));
    request.push(null);
    await tapped.ended.passed;
    expect((await read).toString()).toBe('abc');
    expect(passed).toHaveLength(2);
    expect(tapped.complete).toBe(true);
  });

  it('knows that it knows nothing of a stream of objects', async () => {
    const request = new Readable({ objectMode: true, read() {} });
    const tapped = tap(request);
    request.push({ a: 1 });
    request.push(null);
    expect(await request.toArray()).toEqual([{ a: 1 }]);
    expect([tapped.missed, tapped.complete]).toEqual([true, false]);
  });

  it('knows that it came too late', async () => {
    const request = Readable.from([Buffer.from('abc')]);
    await request.toArray();
    expect(tap(request).missed).toBe(true);
  });

  it('looks at what is buffered without a trace, also for those who refuse a stream that was read from', async () => {
    const request = stream();
    request.push(Buffer.from('abc'));
    const tapped = tap(request);
    expect(tapped.seen().bytes.toString()).toBe('abc');
    expect(request.readableDidRead).toBe(false);
    request.push(Buffer.from('def'));
    request.push(null);
    expect(await new Response(Readable.toWeb(request) as ReadableStream).text()).toBe('abcdef');
    expect(request.readableDidRead).toBe(true);
  });

  it('does not give what is buffered to a listener twice', async () => {
    const request = stream();
    request.push(Buffer.from('abc'));
    request.pause();
    const chunks: string[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    const tapped = tap(request);
    request.resume();
    await turn();
    expect(chunks).toEqual(['abc']);
    expect(tapped.missed).toBe(true);
  });

  it('keeps as much of a large body as it may, and no more', async () => {
    const request = stream();
    const tapped = tap(request, 1000);
    const body = randomBytes(100_000);
    const read = buffer(request);
    for (const byte of body) request.push(Buffer.from([byte]));
    request.push(null);
    expect((await read).equals(body)).toBe(true);
    const { bytes, headBytes, cut } = tapped.seen();
    expect({ total: tapped.totalBytes, kept: bytes.length, headBytes, cut }).toEqual({
      total: 100_000,
      kept: 1000,
      headBytes: 750,
      cut: true,
    });
    expect(bytes.equals(Buffer.concat([body.subarray(0, 750), body.subarray(-250)]))).toBe(true);
  });
});
