import fc from 'fast-check';
import { HOSTILE_TEXTS } from './hostile-texts.js';
import type { OpenApi, Schema } from './openapi-document.js';

/** Longest list that is made, and most names of an object that takes any. */
const MAX_MADE = 3;
/** Longest text that is made letter by letter. */
const MAX_CHARS = 24;

/** What is known of values by the name of the property or the parameter that they are for. */
export interface KnownValues {
  /** Values that mean something, beside others. */
  readonly some: Readonly<Record<string, readonly unknown[]>>;
  /** Values that are the only good ones, for a reason that no schema can tell. */
  readonly only: Readonly<Record<string, readonly unknown[]>>;
}

/** Values that a schema takes, those at its edges among them. */
export function valuesOf(schema: Schema, document: OpenApi, known: KnownValues): fc.Arbitrary<unknown> {
  const values = (one: Schema, name = '') => namedValuesOf(name, one, document, known);
  if (schema.$ref !== undefined) return values(schemaAt(schema.$ref, document));
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) return fc.oneof(...either.map((one) => values(one)));
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type: string) => values({ ...schema, type })));
  switch (schema.type) {
    case undefined:
      return fc.jsonValue({ maxDepth: 3 });
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'string':
      return textsOf(schema);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 1_000, 2 ** 31) });
    case 'number':
      return numbersOf(schema);
    case 'array':
      return fc.array(values(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? MAX_MADE, MAX_MADE),
      });
    case 'object':
      return objectsOf(schema, values);
    default:
      throw new Error(`No values are known of the type ${schema.type}.`);
  }
}

/** {@link valuesOf} what has a name. */
export function namedValuesOf(
  name: string,
  schema: Schema,
  document: OpenApi,
  known: KnownValues,
): fc.Arbitrary<unknown> {
  const { only, some } = known;
  if (Object.hasOwn(only, name)) return fc.constantFrom(...(only[name] ?? []));
  const others = valuesOf(schema, document, known);
  return Object.hasOwn(some, name) ? fc.oneof(fc.constantFrom(...(some[name] ?? [])), others) : others;
}

export function schemaAt(ref: string, { components }: OpenApi): Schema {
  const schema = components.schemas[ref.split('/').at(-1) as string];
  if (schema === undefined) throw new Error(`The document does not have ${ref}.`);
  return schema;
}

function textsOf({ format, minLength = 0, maxLength = MAX_CHARS }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') {
    const [min, max] = [new Date(0), new Date('9999-12-31T23:59:59.999Z')];
    return fc.date({ min, max, noInvalidDate: true }).map((date) => date.toISOString());
  }
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength;
  return fc.oneof(
    fc.string({ unit: 'binary', minLength, maxLength: Math.min(maxLength, MAX_CHARS) }).filter(fits),
    fc.constantFrom(...HOSTILE_TEXTS.filter(fits), 'ä'.repeat(maxLength), 'x'.repeat(Math.max(minLength, 1))),
  );
}

function numbersOf({ minimum, maximum, exclusiveMinimum }: Schema): fc.Arbitrary<number> {
  return fc.double({
    min: minimum ?? exclusiveMinimum ?? -1e9,
    max: maximum ?? 1e300,
    minExcluded: exclusiveMinimum !== undefined,
    noNaN: true,
    noDefaultInfinity: true,
  });
}

function objectsOf(
  { properties = {}, required = [], additionalProperties }: Schema,
  values: (schema: Schema, name?: string) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const named = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, values(one, name)]));
  const record = fc.record(named, { requiredKeys: [...required] });
  if (typeof additionalProperties !== 'object') return record;
  const others = fc.dictionary(fc.string({ minLength: 1, maxLength: MAX_CHARS }), values(additionalProperties), {
    maxKeys: MAX_MADE,
  });
  return fc.tuple(others, record).map(([more, own]) => ({ ...more, ...own }));
}
