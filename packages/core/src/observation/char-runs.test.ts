import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charClass, nextRun } from './char-runs.js';

const LETTERS = charClass(/[a-z]/);

describe('nextRun', () => {
  it('finds whole stretches, the first one that is long enough', () => {
    expect(nextRun('ab abc abcd', 0, 3, LETTERS)).toEqual({ from: 3, to: 6 });
    expect(nextRun('ab abc abcd', 4, 3, LETTERS)).toEqual({ from: 7, to: 11 });
    expect(nextRun('abc', 0, 3, LETTERS)).toEqual({ from: 0, to: 3 });
    expect(nextRun('ab äbc', 0, 3, LETTERS)).toBeNull();
    expect(nextRun('', 0, 1, LETTERS)).toBeNull();
  });

  it('looks no further than it is told', () => {
    expect(nextRun('abcdef', 0, 3, LETTERS, 4)).toEqual({ from: 0, to: 4 });
    expect(nextRun('ab cdef', 0, 3, LETTERS, 5)).toBeNull();
    expect(nextRun('ab cdef', 0, 3, LETTERS, 6)).toEqual({ from: 3, to: 6 });
  });

  it('finds what a pattern finds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', 'é'), maxLength: 60 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 6 }), (given, least) => {
        const found = [];
        for (let run = nextRun(given, 0, least, LETTERS); run !== null; run = nextRun(given, run.to, least, LETTERS)) {
          found.push(given.slice(run.from, run.to));
        }
        expect(found).toEqual(given.match(new RegExp(`[a-z]{${least},}`, 'g')) ?? []);
      }),
    );
  });
});
