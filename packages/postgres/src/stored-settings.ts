import type { StoredSettings } from '@api-security/core';
import type { Database } from './database.js';
import { parseExact, stringifyExact } from './exact-json.js';
import { escapeText, unescapeText } from './stored-text.js';

interface SettingsRow {
  readonly version: number;
  readonly at: number;
  readonly saved_by: string;
  readonly body: string;
}

/** What was saved last; null where nothing was. */
export async function readSettings(database: Database, schema: string): Promise<StoredSettings | null> {
  const { rows } = await database.use((connection) =>
    connection.query<SettingsRow>(`SELECT version, at, saved_by, body FROM ${schema}.settings`),
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    version: Number(row.version),
    at: Number(row.at),
    by: unescapeText(row.saved_by),
    body: parseExact(row.body),
  };
}

/** Saves settings onto the version before, in one statement; false where another version is there. */
export async function saveSettings(
  database: Database,
  schema: string,
  { version, at, by, body }: StoredSettings,
): Promise<boolean> {
  const values = [version, at, escapeText(by), stringifyExact(body)];
  const { count } = await database.use((connection) =>
    version === 1
      ? connection.query(
          `INSERT INTO ${schema}.settings (version, at, saved_by, body) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
          values,
        )
      : connection.query(
          `UPDATE ${schema}.settings SET version = $1, at = $2, saved_by = $3, body = $4 WHERE version = $5`,
          [...values, version - 1],
        ),
  );
  return count > 0;
}
