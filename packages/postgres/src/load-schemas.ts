import type { Connection } from './database.js';
import type { FeatureSchemas } from './feature-schemas.js';

interface Schemas {
  readonly schema: string;
  readonly schemas: FeatureSchemas;
}

const REFERENCE = /"schema":"([0-9a-f]{16})"/g;

/** Sees to it that rows can name what this process writes. */
export async function saveSchemas(connection: Connection, { schema, schemas }: Schemas): Promise<void> {
  await connection.query(
    `INSERT INTO ${schema}.feature_schemas (hash, columns) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING`,
    [schemas.own.map(({ hash }) => hash), schemas.own.map(({ columns }) => columns)],
  );
}

/** Makes the schemas known that these bodies refer to; other versions may have written them. */
export async function loadSchemas(
  connection: Connection,
  { schema, schemas }: Schemas,
  bodies: readonly string[],
): Promise<void> {
  const isKnown = (body: string) => [...body.matchAll(REFERENCE)].every(([, hash]) => schemas.has(hash as string));
  if (bodies.every(isKnown)) return;
  const { rows } = await connection.query<{ hash: string; columns: string }>(
    `SELECT hash, columns FROM ${schema}.feature_schemas`,
  );
  for (const { hash, columns } of rows) schemas.add(hash, columns);
}
