import type { AuditedChange } from '@api-security/core';
import { Problem } from './problem.js';
import type { Asked } from './route.js';

/**
 * Makes a change, after it was written down who is about to make it. What cannot be written down is not made; what is written down and
 * then fails is followed by another entry that says so.
 *
 * @throws `Problem` 503 when nothing was changed, because it could not be written down; what `make` rejects with
 */
export async function audited<T>(
  { security, actor }: Asked<unknown, unknown>,
  change: Omit<AuditedChange, 'actor'>,
  make: () => Promise<T>,
): Promise<T> {
  const entry = { ...change, actor: actor.actor };
  try {
    await security.audit.record(entry);
  } catch (error) {
    security.options.logger.error({ action: change.action, error: String(error) }, 'a change could not be recorded');
    const detail = 'Changes cannot be recorded just now, so nothing was changed. Try again later.';
    throw new Problem(503, 'API_SECURITY_AUDIT_FAILED', detail);
  }
  try {
    return await make();
  } catch (error) {
    // The store that failed may be the one that this goes to.
    await security.audit.record({ ...entry, action: `${change.action}-failed` }).catch(() => undefined);
    throw error;
  }
}
