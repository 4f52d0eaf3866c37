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

it('gives back objects that have the name of its own', () => {
  const object = fc.dictionary(fc.constantFrom('$number', '__proto__', 'a'), fc.jsonValue(), { noNullPrototype: true });
  fc.assert(
    fc.property(fc.array(object), (objects) => {
      const original = [{ $number: objects }, objects, { $number: '-0' }, { $number: -0 }];
      expect(parseExact(stringifyExact(original))).toStrictEqual(original);
    }),
  );
});
