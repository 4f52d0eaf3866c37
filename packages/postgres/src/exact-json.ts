/**
 * Numbers that JSON cannot hold: `-0`, `NaN` and the infinities, as an object with this one name and a text. An object that has the name
 * itself is the list of its entries under it.
 */
const NUMBER = '$number';

/** JSON that {@link parseExact} reads back to the very same value. Pure Unicode without NUL: JSON escapes lone surrogates. */
export function stringifyExact(value: unknown): string {
  return JSON.stringify(value, replaceOdd);
}

export function parseExact(json: string): unknown {
  return json.includes(`{"${NUMBER}":`) ? JSON.parse(json, reviveOdd) : JSON.parse(json);
}

function replaceOdd(_key: string, value: unknown): unknown {
  if (hasName(value)) return { [NUMBER]: Object.entries(value) };
  if (typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return { [NUMBER]: Object.is(value, -0) ? '-0' : String(value) };
}

function reviveOdd(_key: string, value: unknown): unknown {
  if (!hasName(value)) return value;
  const held = value[NUMBER];
  return Array.isArray(held) ? Object.fromEntries(held) : Number(held);
}

function hasName(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, NUMBER);
}
