import { ApiSecurityError } from '@api-security/core';

/** @throws `API_SECURITY_OPTION_UNKNOWN` for a name that is not among these */
export function checkNames(caller: string, options: unknown, names: readonly string[]): void {
  if (Object(options) !== options) throw invalid(`${caller} needs an object of options.`);
  const unknown = Object.keys(options as object).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new ApiSecurityError(
    'API_SECURITY_OPTION_UNKNOWN',
    `${caller} has no option "${unknown.slice(0, 80)}". Known: ${names.join(', ')}.`,
  );
}

/** @throws `API_SECURITY_OPTION_INVALID` for what is no positive integer */
export function positive(caller: string, name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw invalid(`"${name}" of ${caller} must be a positive integer; got ${String(value).slice(0, 80)}.`);
}

/** @throws `API_SECURITY_OPTION_INVALID`; braces would be taken for the tags of a Cluster */
export function prefixOf(caller: string, value: string): string {
  if (typeof value === 'string' && value !== '' && !/[{}]/.test(value)) return value;
  throw invalid(`"keyPrefix" of ${caller} must be a text without braces; got ${String(value).slice(0, 80)}.`);
}

export function invalid(message: string, options?: ErrorOptions): ApiSecurityError {
  return new ApiSecurityError('API_SECURITY_OPTION_INVALID', message, options);
}
