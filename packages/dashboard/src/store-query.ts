import type { Actor } from './actor.js';
import { tenantOf } from './route.js';

/** Filters that a route's schema has let through: absent ones are undefined. */
interface Filters {
  readonly tenant?: string | undefined;
  readonly client?: string | undefined;
}

/** A query as the store takes it. */
type StoreQuery<Query> = { [Name in keyof Omit<Query, keyof Filters>]: Exclude<Query[Name], undefined> } & {
  tenant?: string | null;
  clientKey?: string;
};

/** What somebody asks for, for the store: an actor's own tenant alone, and without what is absent. */
export function storeQuery<Query extends Filters>(
  actor: Actor,
  { tenant, client, ...query }: Query,
): StoreQuery<Query> {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
  const about = { ...given, ...tenantOf(actor, tenant), ...(client !== undefined && { clientKey: client }) };
  return about as StoreQuery<Query>;
}
