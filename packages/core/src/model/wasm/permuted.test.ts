import { describe, expect, it } from 'vitest';
import { permuted } from './permuted.js';

describe('permuted', () => {
  it('turns a matrix over', () => {
    expect([...permuted(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3], [1, 0])]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('puts every dimension where it should be', () => {
    const dims = [2, 3, 4];
    const values = Float32Array.from({ length: 24 }, (_, i) => i);
    const out = permuted(values, dims, [2, 0, 1]);
    for (let a = 0; a < 2; a++) {
      for (let b = 0; b < 3; b++) {
        for (let c = 0; c < 4; c++) expect(out[(c * 2 + a) * 3 + b]).toBe(values[(a * 3 + b) * 4 + c]);
      }
    }
  });
});
