import type { Decision, Level, Mode } from '../assessment/assessment.js';
import type { Policy } from './policy.js';

/** What to do about a request of this level. Never more lenient as the level grows than the policy's table; in `monitor` mode it never denies. */
export function decide(level: Level, mode: Mode, policy: Policy): Decision {
  const action = policy.actions[level];
  if (mode === 'off') return { action: 'allow', reason: 'off' };
  if (action === 'deny')
    return mode === 'block' ? { action: 'deny', reason: 'level' } : { action: 'flag', reason: 'monitor' };
  if (action === 'flag') return { action: 'flag', reason: 'level' };
  return { action: 'allow', reason: 'below-threshold' };
}

/**
 * What to do about a request of which a part could not be inspected, when the rest did not deny it. `closed` denies (with 503,
 * never 403) in block mode; `open` goes by what the other parts said, if there were any.
 *
 * @param rest - the decision by what was inspected; null when nothing was
 */
export function decideOnFailure(mode: Mode, onFailure: 'open' | 'closed', rest: Decision | null): Decision {
  if (rest?.action === 'deny') return rest;
  if (mode === 'block' && onFailure === 'closed') return { action: 'deny', reason: 'failed-closed' };
  return rest ?? { action: 'allow', reason: 'failed-open' };
}
