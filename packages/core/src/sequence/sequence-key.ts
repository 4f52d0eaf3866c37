/** The key that a client's sequence is kept under: clients of different tenants never share one. */
export function sequenceKeyOf(tenant: string | null, clientKey: string): string {
  return tenant === null ? clientKey : `${tenant}\0${clientKey}`;
}
