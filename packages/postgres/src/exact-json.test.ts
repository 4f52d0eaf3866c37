import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseExact, stringifyExact } from './exact-json.js';

it('gives back every number and every text as it was', () => {
  const value = fc.array(
    fc.oneof(fc.double(), fc.string({ unit: 'binary' }), fc.constantFrom(-0, '\ud800', '{"$number":"1"}', null, true)),
  );
  fc.assert(
    fc.property(value, (original) => {
      expect(parseExact(stringifyExact(original))).toStrictEqual(original);
    }),
  );
});
