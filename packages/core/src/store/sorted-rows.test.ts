import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SortedRows } from './sorted-rows.js';

it('SortedRows holds what a sorted map holds', () => {
  const rows = fc.array(fc.record({ id: fc.string({ maxLength: 2 }), value: fc.nat() }), { maxLength: 50 });
  fc.assert(
    fc.property(rows, fc.nat(20), (given, max) => {
      const sorted = new SortedRows<{ id: string; value: number }>();
      const model = new Map<string, { id: string; value: number }>();
      for (const row of given) {
        sorted.put(row);
        model.set(row.id, row);
      }
      const expected = [...model.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
      expect([...sorted.newestFirst()]).toEqual(expected);
      for (const { id } of given) expect(sorted.get(id)).toEqual(model.get(id));
      expect(sorted.get('not there')).toBe(undefined);

      sorted.trim(max);
      expect([...sorted.newestFirst()]).toEqual(expected.slice(0, max));
    }),
  );
});
