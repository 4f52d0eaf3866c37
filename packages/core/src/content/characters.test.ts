import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CharacterClass, charactersOf, classOf, consistsOf } from './characters.js';

const { LETTER, DIGIT, SPACE, CONTROL, DASH, PERCENT, OTHER, NON_ASCII } = CharacterClass;

describe('charactersOf', () => {
  it('says which classes a text consists of', () => {
    expect(charactersOf('')).toBe(0);
    expect(charactersOf('Ann-Marie 2')).toBe(LETTER | DASH | SPACE | DIGIT);
    expect(charactersOf('100%')).toBe(DIGIT | PERCENT);
    expect(charactersOf("O'Brien\t")).toBe(LETTER | OTHER | CONTROL);
    expect(charactersOf('東京💥')).toBe(NON_ASCII);
  });

  it('gives every code unit one class', () => {
    const classes: readonly number[] = Object.values(CharacterClass);
    for (let code = 0; code < 0x10000; code++) expect(classes).toContain(classOf(code));
  });

  it('says of a text what it says of its parts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        expect(charactersOf(one + other)).toBe(charactersOf(one) | charactersOf(other));
      }),
    );
  });
});

describe('consistsOf', () => {
  it('allows a text to lack a class, and not to have another', () => {
    expect(consistsOf(charactersOf('abc'), LETTER | DIGIT)).toBe(true);
    expect(consistsOf(charactersOf('abc-1'), LETTER | DIGIT)).toBe(false);
  });
});
