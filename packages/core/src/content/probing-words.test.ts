import { describe, expect, it } from 'vitest';
import { hasProbingWord, hasQueryWord, isEverydayWord } from './probing-words.js';

describe('hasProbingWord', () => {
  it.each([
    'whoami',
    '/api/etc/passwd',
    '/META-INF/',
    'test_sleep-1',
    'cat flag',
    'net user',
    'Net View',
    'systeminfo',
  ])('finds one in %j', (text) => {
    expect(hasProbingWord(text)).toBe(true);
  });

  it.each([
    '',
    'catalog',
    'selection',
    '/api/users/42',
    'Katharina',
    'etcetera',
    'net price',
    'internet users',
    'net users',
  ])('finds none in %j', (text) => {
    expect(hasProbingWord(text)).toBe(false);
  });
});

describe('isEverydayWord', () => {
  it('knows commands that people also say, alone', () => {
    for (const text of ['cat', 'Id', 'python']) expect(isEverydayWord(text), text).toBe(true);
    for (const text of ['whoami', 'cat x', 'catalog', '']) expect(isEverydayWord(text), text).toBe(false);
  });
});

describe('hasQueryWord', () => {
  it.each(['Union All', 'x or select', 'delete from items'])('finds one in %j', (text) => {
    expect(hasQueryWord(text)).toBe(true);
  });

  it.each(['', 'update', 'Union', 'reunions', 'New York City'])('finds none in %j', (text) => {
    expect(hasQueryWord(text)).toBe(false);
  });
});
