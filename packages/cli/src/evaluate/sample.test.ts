import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { sample } from './sample.js';

const items = (count: number) => Readable.from(Array.from({ length: count }, (_, i) => i));

describe('the sample', () => {
  it('is everything where there is not more', async () => {
    expect(await sample(items(5), 10, 1)).toEqual([0, 1, 2, 3, 4]);
  });

  it('is the same for the same seed, in order, and another for another', async () => {
    const first = await sample(items(1000), 20, 1);
    expect(first).toHaveLength(20);
    expect(new Set(first).size).toBe(20);
    expect(first).toEqual([...first].sort((a, b) => a - b));
    expect(await sample(items(1000), 20, 1)).toEqual(first);
    expect(await sample(items(1000), 20, 2)).not.toEqual(first);
  });

  it('prefers neither the beginning nor the end', async () => {
    let sum = 0;
    for (let seed = 0; seed < 200; seed++) for (const item of await sample(items(100), 10, seed)) sum += item;
    // The mean of 2,000 picks out of 0…99 is 49.5 with a standard error of about 0.65.
    expect(Math.abs(sum / 2000 - 49.5)).toBeLessThan(3);
  });
});
