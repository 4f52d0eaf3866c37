import { existsSync, readFileSync } from 'node:fs';

/** What `npm run bench:clients -- --json .work/clients.json` wrote. */
export interface ClientsMemory {
  readonly stores: readonly StoreRow[];
  /** Of a whole app, one request each; null where it was left out. */
  readonly app: { readonly clients: number; readonly rssBytes: number; readonly heapBytes: number } | null;
}

interface StoreRow {
  readonly name: string;
  /** Clients that the store still knows. */
  readonly held: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
}

const FILE = new URL('../.work/clients.json', import.meta.url);

/** Of the last run; null when there was none. */
export function readClientsMemory(): ClientsMemory | null {
  if (!existsSync(FILE)) return null;
  const { stores, app = null } = JSON.parse(readFileSync(FILE, 'utf8'));
  return { stores, app };
}
