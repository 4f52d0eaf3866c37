import type { Level } from '@api-security/core';
import type { AssessmentRow } from './assessment-row.js';
import type { Connection } from './database.js';

export const HOUR_MS = 3_600_000;
/** Units of a score in the sums. */
export const NANOS = 1e9;

/** What the sums are made of. */
export type SummedRow = Pick<AssessmentRow, 'at' | 'tenant' | 'level' | 'category' | 'rejected' | 'score'>;

interface Sums extends Record<Level, number> {
  readonly hour: number;
  readonly tenant: string;
  readonly categories: Map<string, number>;
  requests: number;
  rejected: number;
  score_nanos: number;
}

/** Beginning of the hour (UTC). */
export function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS) * HOUR_MS;
}

/** What a batch adds to the sums by hour, and takes from them where it replaces rows. */
export class HourSums {
  readonly #sums = new Map<string, Sums>();

  /** @param times - 1 to add the row, -1 to take it back */
  count(row: SummedRow, times: 1 | -1): void {
    const sums = this.#of(hourOf(Number(row.at)), row.tenant);
    sums.requests += times;
    sums.rejected += row.rejected ? times : 0;
    sums[row.level as Level] += times;
    sums.score_nanos += times * Math.round(Number(row.score) * NANOS);
    if (row.level === 'low' || row.category === null) return;
    sums.categories.set(row.category, (sums.categories.get(row.category) ?? 0) + times);
  }

  /** Writes them, in the order of the keys: instances that meet wait for each other in one order. */
  async add(connection: Connection, schema: string, shard: number): Promise<void> {
    const sums = [...this.#sums.values()].sort((a, b) => a.hour - b.hour || (a.tenant < b.tenant ? -1 : 1));
    const column = (name: Exclude<keyof Sums, 'categories'>) => sums.map((sum) => sum[name]);
    await connection.query(
      `INSERT INTO ${schema}.hours AS h (hour, tenant, shard, requests, rejected, low, medium, high, critical, score_nanos)
       SELECT hour, tenant, $10::int2, requests, rejected, low, medium, high, critical, score_nanos
       FROM unnest($1::float8[], $2::text[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::int8[], $9::int8[])
         AS s (hour, tenant, requests, rejected, low, medium, high, critical, score_nanos)
       ON CONFLICT (hour, tenant, shard) DO UPDATE SET requests = h.requests + excluded.requests,
         rejected = h.rejected + excluded.rejected, low = h.low + excluded.low, medium = h.medium + excluded.medium,
         high = h.high + excluded.high, critical = h.critical + excluded.critical, score_nanos = h.score_nanos + excluded.score_nanos`,
      [
        ...(
          ['hour', 'tenant', 'requests', 'rejected', 'low', 'medium', 'high', 'critical', 'score_nanos'] as const
        ).map(column),
        shard,
      ],
    );
    const categories = sums.flatMap(({ hour, tenant, categories }) =>
      [...categories]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([category, requests]) => ({ hour, tenant, category, requests })),
    );
    if (categories.length === 0) return;
    await connection.query(
      `INSERT INTO ${schema}.hour_categories AS h (hour, tenant, category, shard, requests)
       SELECT hour, tenant, category, $5::int2, requests
       FROM unnest($1::float8[], $2::text[], $3::text[], $4::int8[]) AS s (hour, tenant, category, requests)
       ON CONFLICT (hour, tenant, category, shard) DO UPDATE SET requests = h.requests + excluded.requests`,
      [
        categories.map(({ hour }) => hour),
        categories.map(({ tenant }) => tenant),
        categories.map(({ category }) => category),
        categories.map(({ requests }) => requests),
        shard,
      ],
    );
  }

  #of(hour: number, tenant: string): Sums {
    const key = `${hour} ${tenant}`;
    let sums = this.#sums.get(key);
    if (sums === undefined) {
      const zero = { requests: 0, rejected: 0, low: 0, medium: 0, high: 0, critical: 0, score_nanos: 0 };
      sums = { hour, tenant, ...zero, categories: new Map() };
      this.#sums.set(key, sums);
    }
    return sums;
  }
}
