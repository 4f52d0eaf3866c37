export type { EmbeddedPostgresStoreOptions } from './embedded-options.js';
export { embeddedPostgresStore } from './embedded-postgres-store.js';
export { type MigrationReport, migratePostgres } from './migrate-postgres.js';
export type { ConnectionOptions, PostgresStoreOptions, Retention } from './options.js';
export type { PgClient, PgPool, PgResult } from './pg-types.js';
export { type PostgresStore, postgresStore } from './postgres-store.js';
