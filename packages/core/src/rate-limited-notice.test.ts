import { describe, expect, it } from 'vitest';
import { Notices } from './rate-limited-notice.js';
import { FakeClock } from './testing/fake-clock.js';

describe('Notices', () => {
  it('lets the first of each kind through, then one a minute with the number of those held back', () => {
    const clock = new FakeClock();
    const notices = new Notices(clock);
    expect(notices.due('store')).toBe(0);
    expect(notices.due('content')).toBe(0);
    expect([notices.due('store'), notices.due('store')]).toEqual([null, null]);
    clock.advance(59_999);
    expect(notices.due('store')).toBe(null);
    clock.advance(1);
    expect(notices.due('store')).toBe(3);
    expect(notices.due('store')).toBe(null);
    expect(notices.due('content')).toBe(0);
  });

  it('goes by monotonic time', () => {
    const clock = new FakeClock();
    const notices = new Notices(clock);
    notices.due('store');
    clock.setWall(clock.now() + 3_600_000);
    expect(notices.due('store')).toBe(null);
  });
});
