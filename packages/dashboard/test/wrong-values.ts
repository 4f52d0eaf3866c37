import fc from 'fast-check';
import type { OpenApi, Schema } from './openapi-document.js';
import { schemaAt } from './values-of.js';

/** What is sent in the place of anything. */
const NASTY: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  Number.MIN_VALUE,
  '',
  '0',
  'NaN',
  'Infinity',
  '__proto__',
  'constructor',
  'toString',
  '\ud800',
  'a\u0000b',
  '../../etc/passwd',
  "' OR 1=1 --",
  'x'.repeat(70_000),
  [],
  [[]],
  Array.from({ length: 2_000 }, () => 'x'),
  {},
  { length: 1 },
  { toString: 1, valueOf: null },
  JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
];

/** Texts that are no value of any query but one of texts. */
const NASTY_TEXTS: readonly string[] = [
  'NaN',
  'Infinity',
  '-Infinity',
  '-1',
  '1e400',
  '1.5',
  '9007199254740993',
  '99999999999999999999999999',
  '1,5',
  'x',
  'null',
  'undefined',
  '[object Object]',
  '__proto__',
  'constructor',
  'toString',
  'TRUE',
  'LOW',
  '\u0000',
  'a\u0000b',
  '\ufffd',
  '%',
  "' OR 'x'='x",
  '{"$ne":null}',
  'ä'.repeat(2_000),
];

/** Bodies with one value taken out, or replaced by one that may not belong there. Which ones a schema takes is left to it. */
export function nastyBodies(good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const replaced = fc
    .tuple(good, fc.nat(), fc.constantFrom(...NASTY), fc.boolean())
    .map(([body, place, value, isTakenOut]) => {
      const copy = structuredClone(body);
      const places = placesIn(copy);
      const found = places[place % Math.max(places.length, 1)];
      if (found === undefined) return value;
      const [parent, key] = found;
      if (isTakenOut) Reflect.deleteProperty(parent, key);
      else Reflect.set(parent, key, value);
      return copy;
    });
  return fc.oneof({ weight: 4, arbitrary: replaced }, fc.constantFrom(...NASTY));
}

/** Texts that a parameter of the query does not take. */
export function wrongTexts(schema: Schema, document: OpenApi): readonly string[] {
  return NASTY_TEXTS.filter((text) => !isTaken(schema, text, document));
}

function isTaken(schema: Schema, text: string, document: OpenApi): boolean {
  if (schema.$ref !== undefined) return isTaken(schemaAt(schema.$ref, document), text, document);
  if (schema.anyOf !== undefined) return schema.anyOf.some((one) => isTaken(one, text, document));
  if (schema.enum !== undefined) return schema.enum.includes(text);
  if (schema.format === 'date-time') return !Number.isNaN(Date.parse(text));
  if (schema.type === 'string') return text.length <= (schema.maxLength ?? Infinity);
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity } = schema;
  const number = Number(text);
  const isWithin = number >= minimum && number <= maximum && number > exclusiveMinimum;
  return isWithin && (schema.type === 'integer' ? Number.isSafeInteger(number) : Number.isFinite(number));
}

/** Every value inside another, by what holds it. */
function placesIn(value: unknown): [parent: object, key: string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[value, key] as [object, string], ...placesIn(inner)]);
}
