import { createHash } from 'node:crypto';

/**
 * A text as part of a Redis key: 43 characters that need no escape and that nobody can read a client's address from. As UTF-16:
 * lone surrogates would all be the same in UTF-8.
 */
export function keyHash(text: string): string {
  return createHash('sha256').update(text, 'utf16le').digest('base64url');
}
