import { ApiSecurityError } from '../errors.js';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 200;
const UUID_BYTES = 16;

/** Rows in a page. @throws `API_SECURITY_STORE_INPUT_INVALID` unless it is an integer from 1 to 200 or absent */
export function pageLimit(limit: number = DEFAULT_LIMIT): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new ApiSecurityError(
    'API_SECURITY_STORE_INPUT_INVALID',
    `limit must be an integer from 1 to ${MAX_LIMIT}, got ${limit}.`,
  );
}

/** A cursor for the rows older than the one with this id. Opaque to callers: the id's 16 bytes in base64url. */
export function encodeCursor(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

/** The id inside a cursor. @throws `API_SECURITY_STORE_INPUT_INVALID` for anything that {@link encodeCursor} did not make */
export function decodeCursor(cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length !== UUID_BYTES || bytes.toString('base64url') !== cursor) {
    throw new ApiSecurityError('API_SECURITY_STORE_INPUT_INVALID', 'cursor is not one that a page gave as "next".');
  }
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
