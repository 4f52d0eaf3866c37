import { describe, expect, it } from 'vitest';
import { memoryCoordination } from '../coordination/memory-coordination.js';
import { errorCodeOf } from '../testing/error-code.js';
import { FakeClock } from '../testing/fake-clock.js';
import { assessmentOf } from '../testing/sample-assessments.js';
import { Bans } from './bans.js';
import type { BanPolicy } from './policy.js';

const POLICY: BanPolicy = {
  forMs: 10_000,
  rejections: { count: 3, withinMs: 1_000 },
  failedLogins: { count: 2, withinMs: 5_000 },
};

function setUp(policy: BanPolicy | null = POLICY) {
  const clock = new FakeClock();
  return { clock, bans: new Bans(memoryCoordination({ clock }), policy, clock) };
}

const attack = assessmentOf({ tenant: 't' });

describe('Bans', () => {
  it('bans a client whose requests were rejected often enough, and says why', async () => {
    const { clock, bans } = setUp();
    expect(await bans.rejected(attack)).toBe(null);
    expect(await bans.rejected(attack)).toBe(null);
    expect(bans.of('t', attack.client.key)).toBe(null);
    const ban = {
      tenant: 't',
      clientKey: attack.client.key,
      from: clock.now(),
      until: clock.now() + 10_000,
      reason: '3 rejected requests within 1 s',
      by: 'policy',
    };
    expect(await bans.rejected(attack)).toEqual(ban);
    expect(bans.of('t', attack.client.key)).toEqual(ban);
    expect(bans.of(null, attack.client.key)).toBe(null);
    expect(await bans.list('t')).toEqual([ban]);
    clock.advance(10_001);
    expect(bans.of('t', attack.client.key)).toBe(null);
  });

  it('bans nobody whose rejections are further apart, or whose rejections are of several clients', async () => {
    const { clock, bans } = setUp();
    for (let i = 0; i < 10; i++) {
      expect(await bans.rejected(attack)).toBe(null);
      clock.advance(600);
    }
    for (const key of ['a', 'b', 'c', 'd']) {
      expect(await bans.rejected(assessmentOf({ client: { key, address: key } }))).toBe(null);
    }
  });

  it('counts failed log-ins by themselves', async () => {
    const { bans } = setUp();
    await bans.rejected(attack);
    await bans.rejected(attack);
    expect(await bans.loginFailed(attack)).toBe(null);
    expect((await bans.loginFailed(attack))?.reason).toBe('2 failed log-ins within 5 s');
  });

  it('does not ban anew whoever is banned, and never bans without a policy', async () => {
    const { bans } = setUp();
    const made = await Promise.all(Array.from({ length: 6 }, () => bans.rejected(attack)));
    expect(made.filter((ban) => ban !== null).length).toBe(1);
    const lenient = setUp(null).bans;
    for (let i = 0; i < 100; i++) expect(await lenient.rejected(attack)).toBe(null);
    const noLogins = setUp({ ...POLICY, failedLogins: null }).bans;
    for (let i = 0; i < 100; i++) expect(await noLogins.loginFailed(attack)).toBe(null);
  });

  it('bans and unbans for an operator, who has to say who and why', async () => {
    const { bans, clock } = setUp(null);
    const ban = await bans.ban({ clientKey: 'a', forMs: 1_000, reason: 'scraped us', by: 'ada' });
    expect(ban).toEqual({
      tenant: null,
      clientKey: 'a',
      from: clock.now(),
      until: clock.now() + 1_000,
      reason: 'scraped us',
      by: 'ada',
    });
    expect(await bans.unban('a', 'another tenant')).toBe(null);
    expect(await bans.unban('a')).toEqual(ban);
    expect(bans.of(null, 'a')).toBe(null);
    const complete = { clientKey: 'a', forMs: 1_000, reason: 'r', by: 'b' };
    for (const wrong of [
      { clientKey: '' },
      { reason: '' },
      { by: '' },
      { forMs: 0 },
      { forMs: Number.NaN },
      { forMs: -1 },
    ]) {
      expect(await errorCodeOf(bans.ban({ ...complete, ...wrong }))).toBe('API_SECURITY_REQUEST_INVALID');
    }
    const forever = await bans.ban({ ...complete, forMs: Number.POSITIVE_INFINITY });
    expect(forever.until - forever.from).toBe(365 * 24 * 3_600_000);
  });
});
