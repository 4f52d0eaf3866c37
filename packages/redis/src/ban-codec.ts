import type { Ban } from '@api-security/core';

/** A value out of JSON as a ban; null for what is none. */
export function asBan(value: unknown): Ban | null {
  const { tenant, clientKey, from, until, reason, by }: Partial<Ban> = Object(value);
  const isBan =
    (tenant === null || typeof tenant === 'string') &&
    [clientKey, reason, by].every((text) => typeof text === 'string') &&
    [from, until].every(Number.isFinite);
  return isBan ? ({ tenant, clientKey, from, until, reason, by } as Ban) : null;
}

/** Null for what is no ban as JSON. */
export function parseBan(stored: unknown): Ban | null {
  try {
    return asBan(JSON.parse(String(stored)));
  } catch {
    return null;
  }
}
