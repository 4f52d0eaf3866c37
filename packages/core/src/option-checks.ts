import { ApiSecurityError } from './errors.js';

/** An object option without its undefined fields; its names must be among those of `known`. @throws `API_SECURITY_OPTION_UNKNOWN` */
export function group<T extends object>(name: string, value: T | undefined, known: object): Partial<T> {
  if (value === undefined) return {};
  check(name, value, (object) => typeof object === 'object' && object !== null && !Array.isArray(object), 'an object');
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(known, key)) continue;
    const path = name === 'options' ? key : `${name}.${key}`;
    throw new ApiSecurityError(
      'API_SECURITY_OPTION_UNKNOWN',
      `There is no option "${path.slice(0, 80)}". Known here: ${Object.keys(known).join(', ')}.`,
    );
  }
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Partial<T>;
}

/** @throws `API_SECURITY_OPTION_INVALID`, naming the option */
export function check(name: string, value: unknown, holds: Check, wanted: string): void {
  if (holds(value)) return;
  const got = typeof value === 'object' ? (JSON.stringify(value) ?? 'an object') : String(value);
  throw new ApiSecurityError(
    'API_SECURITY_OPTION_INVALID',
    `Option "${name}" must be ${wanted}; got ${got.slice(0, 80)}.`,
  );
}

type Check = (value: unknown) => boolean;

export const isBoolean: Check = (value) => typeof value === 'boolean';
export const isFunction: Check = (value) => typeof value === 'function';
export const isText: Check = (value) => typeof value === 'string' && value.length > 0;
export const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
export const isPositive: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value > 0;
export const isProbability: Check = (value) => typeof value === 'number' && value >= 0 && value <= 1;
export const isLimit: Check = (value) =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 2 ** 30;
export const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (value) =>
    allowed.includes(value);
export const optional =
  (holds: Check): Check =>
  (value) =>
    value === undefined || holds(value);
export const hasMethods =
  (...names: readonly string[]): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => isFunction((value as Record<string, unknown>)[name]));
