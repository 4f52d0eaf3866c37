import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isOwnPage } from './own-page.js';
import { Problem } from './problem.js';

/**
 * Keeps other sites from changing anything in the name of somebody whose browser is logged in here: a change has to come from a page of
 * this origin, as the browser says, and to carry a token that only such a page can have read.
 */
export class ChangeGuard {
  readonly #secret = randomBytes(32);

  /** The token of an actor, as long as this process lives. */
  tokenOf(actor: string): string {
    return createHmac('sha256', this.#secret).update(actor, 'utf16le').digest('base64url');
  }

  /** @throws `Problem` 403 */
  check({ headers }: IncomingMessage, actor: string): void {
    const token = Buffer.from(String(headers['x-csrf-token'] ?? ''));
    const expected = Buffer.from(this.tokenOf(actor));
    if (isOwnPage(headers) && token.length === expected.length && timingSafeEqual(token, expected)) return;
    throw new Problem(
      403,
      'API_SECURITY_CROSS_SITE',
      'A change has to come from the dashboard itself, with its token.',
    );
  }
}
