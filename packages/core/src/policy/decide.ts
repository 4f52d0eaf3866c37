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

/** What to do when a request could not be assessed at all: `closed` denies (with 503, never 403) in block mode. */
export function decideOnFailure(mode: Mode, onFailure: 'open' | 'closed'): Decision {
  return mode === 'block' && onFailure === 'closed'
    ? { action: 'deny', reason: 'failed-closed' }
    : { action: 'allow', reason: 'failed-open' };
}
