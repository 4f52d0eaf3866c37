import type { AlertQuery, LogQuery, PageQuery } from '@api-security/core';
import type { Position } from './cursor.js';
import { containing, indexedText, SEPARATOR, tenantText } from './stored-text.js';

/** Conditions of one statement, joined by AND, with the values they refer to. */
export class Conditions {
  readonly values: unknown[];
  readonly #conditions: string[] = [];

  constructor(values: unknown[] = []) {
    this.values = values;
  }

  /** Adds a condition in which each `?` stands for the value. */
  and(condition: string, value: unknown): this {
    this.#conditions.push(condition.replaceAll('?', this.value(value)));
    return this;
  }

  /** A placeholder for one more value of the statement. */
  value(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  /** Conditions that go on with the same values, for another part of the statement. */
  beside(): Conditions {
    return new Conditions(this.values);
  }

  toString(): string {
    return this.#conditions.length === 0 ? 'true' : this.#conditions.join(' AND ');
  }
}

/** The rows of the log that a query asks for, apart from paging and from the texts that are searched for. */
export function logConditions(query: LogQuery): Conditions {
  const where = about(query);
  if (query.from !== undefined) where.and('at >= ?', query.from);
  if (query.to !== undefined) where.and('at < ?', query.to);
  if (query.method !== undefined) where.and('method = ?', indexedText(query.method));
  // A number that is no int4 is no status, and has no rows.
  if (query.status !== undefined) where.and('status = ?', (query.status | 0) === query.status ? query.status : null);
  return where;
}

/** Whether texts are searched for: no index has such rows in the order of time. */
export function isSearch({ text, path }: LogQuery): boolean {
  return text !== undefined || path !== undefined;
}

/** The rows in which the texts are. */
export function addSearch(where: Conditions, { text, path }: LogQuery): Conditions {
  if (text !== undefined) where.and('search LIKE ?', containing(text));
  // Both: the first has an index, the second is what is asked for.
  if (path !== undefined) where.and(`search LIKE ? AND split_part(search, '${SEPARATOR}', 1) LIKE ?`, containing(path));
  return where;
}

/** The alerts that a query asks for. Paging apart. */
export function alertConditions(query: AlertQuery): Conditions {
  const where = about(query).and('(acknowledged_at IS NOT NULL) = ?', query.acknowledged ?? false);
  if (query.from !== undefined) where.and('last_at >= ?', query.from);
  if (query.to !== undefined) where.and('first_at < ?', query.to);
  return where;
}

/** Rows of the log after a position, newest first. */
export function afterInLog(where: Conditions, { at, id }: Position): void {
  // The first says nothing new, but it is what an index on a filter and the time can use.
  const time = where.value(at);
  where.and(`at <= ${time} AND (at, id) < (${time}, ?)`, id);
}

function about(query: PageQuery): Conditions {
  const where = new Conditions();
  if (query.tenant !== undefined) where.and('tenant = ?', tenantText(query.tenant));
  if (query.level !== undefined) where.and('level = ?', query.level);
  if (query.address !== undefined) where.and('address = ?', indexedText(query.address));
  if (query.clientKey !== undefined) where.and('client_key = ?', indexedText(query.clientKey));
  if (query.category !== undefined) where.and('category = ?', query.category);
  return where;
}
