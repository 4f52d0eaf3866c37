import { describe, expect, it } from 'vitest';
import { allKnown, whenKnown } from './maybe-promise.js';

describe('whenKnown', () => {
  it('goes on at once with a value that is there', () => {
    expect(whenKnown(2, (value) => value * 3)).toBe(6);
  });

  it('goes on later with one that is not', async () => {
    await expect(whenKnown(Promise.resolve(2), (value) => value * 3)).resolves.toBe(6);
  });
});

describe('allKnown', () => {
  it('answers at once when every value is there', () => {
    expect(allKnown([1, 'a', null])).toEqual([1, 'a', null]);
  });

  it('waits for those that are not, and rejects as they do', async () => {
    await expect(allKnown([1, Promise.resolve('a')])).resolves.toEqual([1, 'a']);
    await expect(allKnown([1, Promise.reject(new Error('away'))])).rejects.toThrow('away');
  });
});
