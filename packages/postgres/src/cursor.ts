import { ApiSecurityError } from '@api-security/core';

const AT_BYTES = 8;
const ID_BYTES = 16;

/** Where a page ended: the next one has rows before it, by time and then by id. Alerts are sorted by id alone; their `at` is 0. */
export interface Position {
  readonly at: number;
  readonly id: string;
}

/** Opaque to callers: the time as a big-endian double and the id's 16 bytes, in base64url. */
export function encodeCursor({ at, id }: Position): string {
  const bytes = Buffer.alloc(AT_BYTES + ID_BYTES);
  bytes.writeDoubleBE(at);
  bytes.write(id.replaceAll('-', ''), AT_BYTES, 'hex');
  return bytes.toString('base64url');
}

/** @throws `API_SECURITY_STORE_INPUT_INVALID` for anything that {@link encodeCursor} did not make */
export function decodeCursor(cursor: string): Position {
  const bytes = Buffer.from(cursor, 'base64url');
  const at = bytes.length === AT_BYTES + ID_BYTES ? bytes.readDoubleBE() : Number.NaN;
  if (Number.isNaN(at) || bytes.toString('base64url') !== cursor) {
    throw new ApiSecurityError('API_SECURITY_STORE_INPUT_INVALID', 'cursor is not one that a page gave as "next".');
  }
  const hex = bytes.toString('hex', AT_BYTES);
  return {
    at,
    id: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
  };
}
