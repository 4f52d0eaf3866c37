import type { Alert, Store } from '@api-security/core';

/** UUIDv7, as alerts have it. */
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** An alert's id is made when it is, or a moment after its first request; clocks of several machines differ a little, in ms. */
const SLACK_MS = 10_000;
/** Alerts of those seconds that are looked through. */
const MAX_PAGES = 100;

/**
 * The alert with an id, in a tenant (all of them when absent); null for none. Stores give alerts newest first and by time alone, and ids
 * begin with the time: it is among the first ones that are no younger.
 */
export async function findAlert(
  store: Pick<Store, 'alerts'>,
  id: string,
  tenant?: string | null,
): Promise<Alert | null> {
  if (!ID.test(id)) return null;
  const to = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) + SLACK_MS;
  // In this order: one that somebody acknowledges meanwhile is found among the others.
  for (const acknowledged of [false, true]) {
    let cursor: string | null = null;
    for (let page = 0; page < MAX_PAGES; page++) {
      const query = { to, acknowledged, ...(tenant !== undefined && { tenant }), ...(cursor !== null && { cursor }) };
      const { items, next } = await store.alerts(query);
      const found = items.find((alert) => alert.id === id);
      if (found !== undefined) return found;
      if (next === null || (items.at(-1)?.id ?? '') < id) break;
      cursor = next;
    }
  }
  return null;
}
