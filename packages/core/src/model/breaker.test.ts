import { describe, expect, it } from 'vitest';
import { Breaker } from './breaker.js';

function broken(): Breaker {
  const breaker = new Breaker();
  for (let i = 0; i < 5; i++) breaker.failed(0);
  return breaker;
}

describe('Breaker', () => {
  it('rests after five failures in a row, not after four', () => {
    const breaker = new Breaker();
    for (let i = 0; i < 4; i++) breaker.failed(0);
    expect(breaker.allows(1)).toBe(true);
    breaker.failed(1);
    expect(breaker.allows(2)).toBe(false);
  });

  it('forgets failures when one run succeeds', () => {
    const breaker = new Breaker();
    for (let i = 0; i < 4; i++) breaker.failed(0);
    breaker.succeeded();
    breaker.failed(0);
    expect(breaker.allows(1)).toBe(true);
  });

  it('lets one probe through after the rest, and only one', () => {
    const breaker = broken();
    expect(breaker.allows(9_999)).toBe(false);
    expect(breaker.allows(10_000)).toBe(true);
    expect(breaker.allows(10_001)).toBe(false);
  });

  it('opens wide again when the probe succeeds', () => {
    const breaker = broken();
    breaker.allows(10_000);
    breaker.succeeded();
    expect(breaker.allows(10_001)).toBe(true);
  });
});
