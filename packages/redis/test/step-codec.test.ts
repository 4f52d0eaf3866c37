import { STEP_WIDTH } from '@api-security/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSteps, encodeStep, STEP_BYTES } from '../src/step-codec.js';

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const step = fc.record({
  at: fc.double({ noNaN: true, noDefaultInfinity: true }),
  values: fc
    .array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: STEP_WIDTH, maxLength: STEP_WIDTH })
    .map((values) => Float32Array.from(values)),
  route: uint32,
  ids: uint32,
});

describe('the codec of steps', () => {
  it('gives back what it was given', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 16 }), (steps) => {
        expect(decodeSteps(Buffer.concat(steps.map(encodeStep)))).toEqual(steps);
      }),
    );
  });

  it('takes 273 bytes a step', () => {
    expect(STEP_BYTES).toBe(273);
  });

  it('gives null for any other bytes, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 * STEP_BYTES }), (bytes) => {
        fc.pre(bytes.length % STEP_BYTES !== 0 || bytes[0] !== 1);
        expect(decodeSteps(bytes)).toBe(null);
      }),
    );
  });

  it('gives null for another version, a time or a value that is none, and too many steps', () => {
    const good = encodeStep({ at: 1, values: new Float32Array(STEP_WIDTH), route: 0, ids: 0 });
    const version = Buffer.from(good).fill(2, 0, 1);
    const time = Buffer.from(good).fill(0xff, 1, 9);
    const value = Buffer.from(good).fill(0xff, 17, 21);
    for (const bytes of [version, time, value]) expect(decodeSteps(bytes)).toBe(null);
    expect(decodeSteps(Buffer.concat(Array.from({ length: 17 }, () => good)))).toBe(null);
    expect(decodeSteps(good)?.length).toBe(1);
  });
});
