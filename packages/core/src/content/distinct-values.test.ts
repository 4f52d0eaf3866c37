import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentKey } from './content-value.js';
import { DistinctValues } from './distinct-values.js';

const value = fc.record({
  kind: fc.constantFrom('query', 'body', 'key'),
  name: fc.constantFrom('', 'a', 'a b', '1 a'),
  text: fc.constantFrom('', 'x', 'b c', 'c', '1 ab c', '__proto__'),
} as const);

describe('DistinctValues', () => {
  it('takes each value for new once, as its key would', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), (values) => {
        const distinct = new DistinctValues();
        const keys = new Set<string>();
        for (const one of values) {
          const key = contentKey(one.kind, one.name, one.text);
          expect(distinct.add(one.text, one)).toBe(!keys.has(key));
          keys.add(key);
        }
      }),
    );
  });
});
