import { describe, expect, it } from 'vitest';
import { blocked } from './blocked.js';

describe('blocked', () => {
  it('lays blocks of 32 columns one after the other, the last filled up with zeros', () => {
    const matrix = Float32Array.from({ length: 2 * 33 }, (_, i) => i + 1);
    const out = blocked(matrix, 2);
    expect(out.length).toBe(2 * 2 * 32);
    expect([...out.subarray(0, 32)]).toEqual([...matrix.subarray(0, 32)]);
    expect([...out.subarray(32, 64)]).toEqual([...matrix.subarray(33, 65)]);
    expect([...out.subarray(64, 66)]).toEqual([33, 0]);
    expect([...out.subarray(96, 98)]).toEqual([66, 0]);
  });
});
