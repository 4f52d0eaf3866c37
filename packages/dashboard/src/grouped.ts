import type { Assessment } from '@api-security/core';

/** Rows by key, those of a group in the order in which they came. */
export function grouped(
  rows: readonly Assessment[],
  keyOf: (row: Assessment) => string,
): ReadonlyMap<string, readonly [Assessment, ...Assessment[]]> {
  const groups = new Map<string, [Assessment, ...Assessment[]]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
