import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeQuotedPrintable } from './quoted-printable.js';

/** Bytes as a mail program writes them: lines of at most 76 characters, a soft break behind each. */
function encoded(bytes: Uint8Array): Buffer {
  const tokens = Array.from(bytes, (byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`);
  return Buffer.from(tokens.join('').replace(/.{75}/g, '$&=\r\n'));
}

describe('decodeQuotedPrintable', () => {
  it('shows what hides in it', () => {
    const written = Buffer.from('1=27 OR=201=3D1 =C3=A9=\r\n--');
    expect(decodeQuotedPrintable(written).toString()).toBe("1' OR 1=1 é--");
  });

  it('leaves bytes alone that are none', () => {
    for (const text of ['a = b', 'a==b', 'x=1&y=zz', '=']) {
      expect(decodeQuotedPrintable(Buffer.from(text)).toString()).toBe(text);
    }
  });

  it('gives back any bytes that were written in it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeQuotedPrintable(encoded(bytes))).toEqual(Buffer.from(bytes));
      }),
    );
  });
});
