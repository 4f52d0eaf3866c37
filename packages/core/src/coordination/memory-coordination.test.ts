import { describe, expect, it, test } from 'vitest';
import { coordinationSuite } from '../testing/coordination-suite.js';
import { errorCodeOf } from '../testing/error-code.js';
import { FakeClock } from '../testing/fake-clock.js';
import { memoryCoordination } from './memory-coordination.js';

describe('memoryCoordination', () => {
  const clock = new FakeClock();
  coordinationSuite(test, expect, () => memoryCoordination({ clock }), {
    elapse: (ms) => clock.advance(ms),
    now: () => clock.now(),
  });

  it('holds no more than it was told, and forgets what was touched longest ago', async () => {
    const coordination = memoryCoordination({ clock, maxKeys: 2 });
    const until = clock.now() + 1_000;
    for (const clientKey of ['a', 'b', 'c']) {
      await coordination.ban({ tenant: null, clientKey, from: clock.now(), until, reason: '', by: 'policy' });
      await coordination.count(clientKey, 1_000);
    }
    expect(['a', 'b', 'c'].map((key) => coordination.banOf(null, key) !== null)).toEqual([false, true, true]);
    expect(['c', 'a'].map((key) => coordination.count(key, 1_000))).toEqual([2, 1]);
  });

  it('counts right over many windows', () => {
    const coordination = memoryCoordination({ clock });
    const counts = Array.from({ length: 100 }, () => {
      clock.advance(100);
      return coordination.count('steady', 1_000);
    });
    expect(counts.slice(0, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(new Set(counts.slice(10))).toEqual(new Set([10]));
  });

  it('refuses a bound that bounds nothing', async () => {
    for (const maxKeys of [0, -1, 1.5, Number.NaN]) {
      const made = Promise.resolve().then(() => memoryCoordination({ maxKeys }));
      expect(await errorCodeOf(made)).toBe('API_SECURITY_OPTION_INVALID');
    }
  });
});
