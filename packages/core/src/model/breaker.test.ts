import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.js';
import { Breaker } from './breaker.js';

function broken(clock: FakeClock): Breaker {
  const breaker = new Breaker(clock);
  for (let i = 0; i < 5; i++) breaker.failed();
  return breaker;
}

describe('Breaker', () => {
  it('rests after five failures in a row, not after four', () => {
    const breaker = new Breaker(new FakeClock());
    for (let i = 0; i < 4; i++) breaker.failed();
    expect(breaker.allows()).toBe(true);
    breaker.failed();
    expect(breaker.allows()).toBe(false);
  });

  it('forgets failures when one run succeeds', () => {
    const breaker = new Breaker(new FakeClock());
    for (let i = 0; i < 4; i++) breaker.failed();
    breaker.succeeded();
    breaker.failed();
    expect(breaker.allows()).toBe(true);
  });

  it('lets one probe through after the rest, and only one', () => {
    const clock = new FakeClock();
    const breaker = broken(clock);
    clock.advance(9_999);
    expect(breaker.allows()).toBe(false);
    clock.advance(1);
    expect(breaker.allows()).toBe(true);
    clock.advance(1);
    expect(breaker.allows()).toBe(false);
  });

  it('opens wide again when the probe succeeds', () => {
    const clock = new FakeClock();
    const breaker = broken(clock);
    clock.advance(10_000);
    breaker.allows();
    breaker.succeeded();
    expect(breaker.allows()).toBe(true);
  });
});
