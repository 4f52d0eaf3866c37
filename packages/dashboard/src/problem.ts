import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { ErrorCode } from '@api-security/core';

/** An answer that says what was wrong, as RFC 9457 has it. Thrown by routes. */
export class Problem extends Error {
  override readonly name = 'Problem';

  /**
   * @param status - of HTTP
   * @param code - stable: the thing to match on
   * @param detail - for people; never a stack, a path or a version
   */
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
  ) {
    super(detail);
  }

  /** As `application/problem+json`. */
  toJSON(): object {
    const title = STATUS_CODES[this.status] ?? 'Error';
    const instance = `urn:uuid:${randomUUID()}`;
    return { type: 'about:blank', title, status: this.status, detail: this.detail, instance, code: this.code };
  }
}

/** Codes of errors of whoever asks. */
const INVALID: ReadonlySet<string> = new Set([
  'API_SECURITY_STORE_INPUT_INVALID',
  'API_SECURITY_REQUEST_INVALID',
  'API_SECURITY_OPTION_INVALID',
] satisfies ErrorCode[]);

/** What a route throws that is no {@link Problem}, or a store's refusal of its input. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && INVALID.has(code)) return new Problem(400, code, String(message));
  if (code === 'API_SECURITY_STORE_FAILED' || code === 'API_SECURITY_CLOSED') {
    return new Problem(503, String(code), 'What is stored cannot be read just now. Try again later.');
  }
  return new Problem(500, 'API_SECURITY_DASHBOARD_FAILED', 'Something went wrong. The log of the app says what.');
}
