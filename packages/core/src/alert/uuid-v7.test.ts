import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.js';
import { uuidV7 } from './uuid-v7.js';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const timeOf = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

describe('uuidV7', () => {
  it('has the form and the time that RFC 9562 gives it', () => {
    // The time of the example in appendix A.6.
    const id = uuidV7(new FakeClock(0x017f22e279b0))();
    expect(id).toMatch(UUID_V7);
    expect(id.startsWith('017f22e2-79b0-7')).toBe(true);
  });

  it('sorts in the order it was made, within a millisecond and beyond', () => {
    const clock = new FakeClock();
    const next = uuidV7(clock);
    const ids: string[] = [];
    for (let i = 0; i < 20_000; i++) {
      ids.push(next());
      if (i % 300 === 0) clock.advance(0.5);
    }
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => UUID_V7.test(id))).toBe(true);
  });

  it('goes on in order when the clock is set back a little, and believes it when it is set back far', () => {
    const clock = new FakeClock();
    const next = uuidV7(clock);
    const first = next();
    clock.setWall(clock.now() - 9_000);
    const second = next();
    expect(second > first).toBe(true);
    clock.setWall(clock.now() - 3_600_000);
    expect(timeOf(next())).toBe(clock.now());
  });

  it('differs between sources of the same moment', () => {
    const clock = new FakeClock();
    const ids = Array.from({ length: 1_000 }, () => uuidV7(clock)());
    expect(new Set(ids).size).toBe(1_000);
  });
});
