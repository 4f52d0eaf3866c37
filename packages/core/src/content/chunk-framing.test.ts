import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutChunkFraming } from './chunk-framing.js';

const framed = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'), 'latin1');

describe('withoutChunkFraming', () => {
  it('gives back the data of signed and unsigned frames', () => {
    const signature = `;chunk-signature=${'a1'.repeat(32)}`;
    expect(withoutChunkFraming(framed(`b${signature}`, 'hello world', `0${signature}`, '', ''))?.toString()).toBe(
      'hello world',
    );
    expect(
      withoutChunkFraming(
        framed('5', 'hello', '6', ' world', '0', 'x-amz-checksum-crc32:shexVg==', '', ''),
      )?.toString(),
    ).toBe('hello world');
  });

  it.each([
    ['a request behind the last frame', framed('5', 'hello', '0', '', 'GET /admin HTTP/1.1', 'host: a', '', '')],
    ['a last frame alone', framed('0', '', '')],
    ['text behind a frame', framed('5', "hello' or 1=1", '0', '', '')],
    ['text beside a length', framed("5;x=' or 1=1--", 'hello', '0', '', '')],
    ['another trailer', framed('5', 'hello', '0', 'x-note: <script>', '', '')],
    ['no last frame', framed('5', 'hello', '')],
    ['ordinary text', Buffer.from('5 apples\r\nand pears')],
    ['nothing', Buffer.alloc(0)],
  ])('leaves %s as it is', (_, body) => {
    expect(withoutChunkFraming(body)).toBeNull();
  });

  it('undoes the framing of any data', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 6 }),
        (parts) => {
          const frames = parts.flatMap((part) => [
            Buffer.from(`${part.length.toString(16)}\r\n`),
            part,
            Buffer.from('\r\n'),
          ]);
          const body = Buffer.concat([...frames, Buffer.from('0\r\n\r\n')]);
          expect(withoutChunkFraming(body)).toEqual(Buffer.concat(parts));
        },
      ),
    );
  });
});
