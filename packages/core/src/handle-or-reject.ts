import type { Verdict } from './api-security.js';
import { type AnswerableResponse, writeRejection } from './policy/write-rejection.js';

/**
 * Runs a handler when its request may be handled, at once if nothing is to be waited for. Otherwise the request is answered with
 * the rejection, or nobody is left to answer.
 *
 * @param held - what `ApiSecurity.guard` returned
 * @returns what the handler returns, in a promise when the request was held; undefined when it did not run
 */
export function handleOrReject(
  held: Promise<Verdict> | null,
  response: AnswerableResponse,
  handle: () => unknown,
): unknown {
  if (held === null) return handle();
  return held.then((verdict) => {
    if (verdict.action === 'continue') return handle();
    if (verdict.action === 'reject') writeRejection(response, verdict.rejection);
    return undefined;
  });
}
