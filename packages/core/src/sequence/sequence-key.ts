import type { Client } from '../observation/observation.js';

/** The key that a client's sequence is kept under: clients of different tenants never share one. */
export function sequenceKeyOf({ tenant, client }: { readonly tenant: string | null; readonly client: Client }): string {
  return tenant === null ? client.key : `${tenant}\0${client.key}`;
}
