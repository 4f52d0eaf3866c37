import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WorstList } from './worst-list.js';

describe('the worst list', () => {
  it('holds what a stable sort would put first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 })), fc.integer({ min: 0, max: 8 }), (scores, capacity) => {
        const items = scores.map((score, index) => ({ score, index }));
        const list = new WorstList<(typeof items)[number]>(capacity, ({ score }) => score);
        for (const item of items) list.add(item);
        expect(list.items).toEqual(
          [...items].sort((a, b) => b.score - a.score || a.index - b.index).slice(0, capacity),
        );
      }),
    );
  });
});
