import { describe, expect, it } from 'vitest';
import { LoopLag } from './loop-lag.js';
import { FakeClock } from './testing/fake-clock.js';

/** Looks at a loop whose timers run so many ms late, one after the other. */
function after(...lateMs: readonly number[]): LoopLag {
  const clock = new FakeClock();
  const late = [...lateMs];
  const timers = { after: (ms: number, run: () => void) => clock.after(ms + (late.shift() ?? 0), run) };
  const lag = new LoopLag({ clock, timers, limitMs: 250 });
  lag.watch();
  clock.advance(lateMs.reduce((sum, ms) => sum + ms + 100, 0));
  return lag;
}

describe('LoopLag', () => {
  it('leaves nobody out of a loop that keeps up', () => {
    expect(after(0, 3, 0, 1, 0).lagMs).toBe(0);
    expect(after(0, 0, 0, 0).sheds('flow')).toBe(false);
  });

  it('takes single pauses for what they are', () => {
    expect(after(0, 5_000, 0, 0, 5_000, 5_000, 5_000, 0).sheds('sequence')).toBe(false);
  });

  it('leaves out flow tower and BiLSTM first, the content tower last', () => {
    const late = after(300, 260, 400, 255);
    expect(late.lagMs).toBe(255);
    expect(['content', 'flow', 'sequence'].filter((part) => late.sheds(part as 'flow'))).toEqual(['flow', 'sequence']);
    expect(after(1_000, 1_200, 1_000, 2_000).sheds('content')).toBe(true);
  });

  it('takes them back with the first look that is in time', () => {
    expect(after(400, 400, 400, 400, 400, 0).sheds('flow')).toBe(false);
  });

  it('has one timer while it watches, and none at rest', () => {
    const clock = new FakeClock();
    const lag = new LoopLag({ clock, timers: clock, limitMs: 250 });
    lag.watch();
    lag.watch();
    expect(clock.timers).toBe(1);
    clock.advance(1_000);
    expect(clock.timers).toBe(1);
    lag.rest();
    expect(clock.timers).toBe(0);
  });
});
