import type { Page } from '@api-security/core';

/** What says which page is asked for. */
interface Paged {
  readonly limit?: number;
  readonly cursor?: string;
  readonly page?: number;
}

/**
 * The page of a number. Stores page by cursor, so that pages stay the same while rows arrive: a number is turned into one by reading the
 * pages before it.
 *
 * @param read - reads a page of the store
 */
export async function byPage<T, Query extends Paged>(
  { page = 1, ...query }: Query,
  read: (query: Omit<Query, 'page'>) => Promise<Page<T>>,
): Promise<Page<T>> {
  let found = await read(query);
  for (let number = 1; number < page; number++) {
    if (found.next === null) return { ...found, items: [] };
    found = await read({ ...query, cursor: found.next });
  }
  return found;
}
