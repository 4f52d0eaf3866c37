import { ApiSecurityError } from '@api-security/core';
import { Conditions } from './conditions.js';
import type { Database } from './database.js';
import { DAY_MS, LOGS, type Partitions } from './partitions.js';
import { indexedText, tenantText } from './stored-text.js';

/** Rows deleted by one statement, so that none takes long. */
const CHUNK_ROWS = 5_000;

export interface PurgeQuery {
  readonly before?: number;
  readonly clientKey?: string;
  readonly tenant?: string | null;
}

/** Which rows of a table to delete. */
interface Doomed extends PurgeQuery {
  readonly level?: 'low';
  /** Column of the time that `before` is about. */
  readonly timeColumn: 'at' | 'last_at';
}

/** @throws `API_SECURITY_STORE_INPUT_INVALID` when it names neither a time nor a client */
export function checkPurge({ before, clientKey }: PurgeQuery): void {
  if (before !== undefined || clientKey !== undefined) return;
  throw new ApiSecurityError('API_SECURITY_STORE_INPUT_INVALID', 'purge() needs "before", "clientKey" or both.');
}

/**
 * Deletes rows of one table or part, in chunks.
 *
 * @returns how many
 */
export async function deleteRows(database: Database, part: string, doomed: Doomed): Promise<number> {
  const where = new Conditions();
  if (doomed.before !== undefined) where.and(`${doomed.timeColumn} < ?`, doomed.before);
  if (doomed.clientKey !== undefined) where.and('client_key = ?', indexedText(doomed.clientKey));
  if (doomed.tenant !== undefined) where.and('tenant = ?', tenantText(doomed.tenant));
  if (doomed.level !== undefined) where.and('level = ?', doomed.level);
  let deleted = 0;
  let count: number;
  do {
    const chunk = await database.use((connection) =>
      connection.query(
        `DELETE FROM ${part} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${part} WHERE ${where} LIMIT ${CHUNK_ROWS} FOR UPDATE))`,
        where.values,
      ),
    );
    count = chunk.count;
    deleted += count;
  } while (count === CHUNK_ROWS);
  return deleted;
}

/** Deletes rows of the log: whole days at once where all of a day goes. Returns how many. */
export async function purgeLogs(database: Database, days: Partitions, query: PurgeQuery): Promise<number> {
  const { before = Infinity, clientKey, tenant } = query;
  const isOfAll = clientKey === undefined && tenant === undefined;
  let deleted = 0;
  for (const day of await days.list()) {
    if (isOfAll && LOGS.endOf(day) <= before) {
      const counted = await database.use((connection) =>
        connection.query<{ count: string }>(`SELECT count(*) AS count FROM ${days.nameOf(day)}`),
      );
      await days.drop(day);
      deleted += Number(counted.rows[0]?.count);
    } else if (LOGS.endOf(day) - DAY_MS < before) {
      deleted += await deleteRows(database, days.nameOf(day), { ...query, timeColumn: 'at' });
    }
  }
  return deleted;
}

/** Deletes alerts. Returns how many. */
export async function purgeAlerts(database: Database, months: Partitions, query: PurgeQuery): Promise<number> {
  let deleted = 0;
  for (const month of await months.list()) {
    deleted += await deleteRows(database, months.nameOf(month), { ...query, timeColumn: 'last_at' });
  }
  return deleted;
}
