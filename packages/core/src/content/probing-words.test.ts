import { describe, expect, it } from 'vitest';
import { hasProbingWord, hasQueryWord } from './probing-words.js';

describe('hasProbingWord', () => {
  it.each(['whoami', '/api/etc/passwd', '/META-INF/', 'test_sleep-1', 'cat flag'])('finds one in %j', (text) => {
    expect(hasProbingWord(text)).toBe(true);
  });

  it.each(['', 'catalog', 'selection', '/api/users/42', 'Katharina', 'etcetera'])('finds none in %j', (text) => {
    expect(hasProbingWord(text)).toBe(false);
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
