import { describe, expect, it } from 'vitest';
import { LEVELS } from '../assessment/level.js';
import { DEFAULTS } from '../options.js';
import { decide, decideOnFailure } from './decide.js';

const LENIENCY = { allow: 0, flag: 1, deny: 2 };

describe('decide', () => {
  it('denies critical requests in block mode only', () => {
    expect(decide('critical', 'block', DEFAULTS.policy)).toEqual({ action: 'deny', reason: 'level' });
    expect(decide('critical', 'monitor', DEFAULTS.policy)).toEqual({ action: 'flag', reason: 'monitor' });
    expect(decide('critical', 'off', DEFAULTS.policy)).toEqual({ action: 'allow', reason: 'off' });
  });

  it('never gets more lenient as the level grows', () => {
    for (const mode of ['monitor', 'block'] as const) {
      const actions = LEVELS.map((level) => LENIENCY[decide(level, mode, DEFAULTS.policy).action]);
      expect(actions).toEqual([...actions].sort((a, b) => a - b));
    }
  });

  it('never denies in monitor mode, whatever the table says', () => {
    const strict = {
      ...DEFAULTS.policy,
      actions: { low: 'deny', medium: 'deny', high: 'deny', critical: 'deny' },
    } as const;
    for (const level of LEVELS) expect(decide(level, 'monitor', strict).action).toBe('flag');
  });
});

describe('decideOnFailure', () => {
  const allowed = { action: 'allow', reason: 'below-threshold' } as const;
  const denied = { action: 'deny', reason: 'level' } as const;

  it('lets requests through unless it was told to close, and never closes in monitor mode', () => {
    expect(decideOnFailure('block', 'open', null)).toEqual({ action: 'allow', reason: 'failed-open' });
    expect(decideOnFailure('block', 'closed', null)).toEqual({ action: 'deny', reason: 'failed-closed' });
    expect(decideOnFailure('monitor', 'closed', null)).toEqual({ action: 'allow', reason: 'failed-open' });
  });

  it('goes by the rest where it is open, and never overrules a rejection', () => {
    expect(decideOnFailure('block', 'open', allowed)).toEqual(allowed);
    expect(decideOnFailure('block', 'closed', allowed)).toEqual({ action: 'deny', reason: 'failed-closed' });
    expect(decideOnFailure('block', 'closed', denied)).toEqual(denied);
  });
});
