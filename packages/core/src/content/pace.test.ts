import { describe, expect, it } from 'vitest';
import { Pace } from './pace.js';

describe('Pace', () => {
  it('asks for the time once in a while, and answers as it was told', () => {
    let asked = 0;
    const pace = new Pace(() => ++asked === 2);
    expect(pace.isOver(100)).toBe(false);
    expect(asked).toBe(0);
    expect(pace.isOver(10_000)).toBe(false);
    expect(asked).toBe(1);
    expect(pace.isOver(10_000)).toBe(true);
    for (let i = 0; i < 50; i++) expect(pace.isOver(100)).toBe(false);
    expect(asked).toBe(2);
  });
});
