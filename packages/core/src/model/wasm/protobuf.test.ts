import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldsOf, integersOf, textOf } from './protobuf.js';

describe('fieldsOf', () => {
  it('reads numbers, texts and packed numbers', () => {
    const message = Uint8Array.of(0x08, 0x96, 0x01, 0x12, 2, 0x68, 0x69, 0x1a, 3, 0x01, 0xac, 0x02);
    const [integer, text, packed] = fieldsOf(message);
    expect(integer).toMatchObject({ number: 1, integer: 150 });
    expect(text && textOf(text)).toBe('hi');
    expect(packed && integersOf(packed)).toEqual([1, 300]);
  });

  it('reads a negative number', () => {
    const [field] = fieldsOf(Uint8Array.of(0x18, ...Array.from({ length: 9 }, () => 0xff), 0x01));
    expect(field).toMatchObject({ number: 3, integer: -1 });
  });

  it('reads every number that a double holds', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (integer) => {
        const [field] = fieldsOf(Uint8Array.of(0x08, ...varint(BigInt.asUintN(64, BigInt(integer)))));
        expect(field?.integer).toBe(integer === 0 ? 0 : integer);
      }),
    );
  });

  it.each([
    ['a number that does not end', [0x08, 0x80]],
    ['a number that is too long', [0x08, ...Array.from({ length: 10 }, () => 0x80), 0]],
    ['a length beyond the end', [0x12, 5, 0x68]],
    ['a negative length', [0x12, ...Array.from({ length: 9 }, () => 0xff), 0x01]],
    ['a group', [0x0b]],
  ])('refuses %s', (_, bytes) => {
    expect(() => [...fieldsOf(Uint8Array.from(bytes))]).toThrow('API_SECURITY_MODEL_LOAD_FAILED');
  });

  it('ends on any bytes, with fields that lie inside them or the error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          let total = 0;
          for (const field of fieldsOf(bytes)) total += field.bytes.length;
          expect(total).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(error).toMatchObject({ code: 'API_SECURITY_MODEL_LOAD_FAILED' });
        }
      }),
    );
  });
});

function varint(value: bigint): number[] {
  const byte = Number(value & 0x7fn);
  return value < 0x80n ? [byte] : [byte | 0x80, ...varint(value >> 7n)];
}
