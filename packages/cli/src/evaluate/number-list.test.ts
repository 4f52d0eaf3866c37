import { describe, expect, it } from 'vitest';
import { NumberList } from './number-list.js';

describe('the number list', () => {
  it('keeps every number in order while it grows', () => {
    const list = new NumberList();
    const numbers = Array.from({ length: 5000 }, (_, i) => i / 7);
    for (const number of numbers) list.push(number);
    expect([...list.values()]).toEqual(numbers);
  });

  it('is empty at first', () => {
    expect(new NumberList().values()).toHaveLength(0);
  });
});
