import { describe, expect, it } from 'vitest';
import { isOddKey } from './odd-key.js';

describe('isOddKey', () => {
  it.each([
    '$ne',
    '__proto__',
    'a.__proto__.b',
    'a[constructor][prototype]',
    'Constructor',
    'class.module.classLoader.resources',
    '__class__',
    'a.b.c',
    "id' or 1=1",
    '<script>',
    '@type',
    'first name',
    'a%5B$ne%5D',
    '名前',
    'x'.repeat(65),
  ])('takes %j for odd', (name) => {
    expect(isOddKey(name)).toBe(true);
  });

  it.each([
    '',
    'id',
    'user-name',
    'created_at',
    'filter[name][]',
    'items[0].id',
    'user.name',
    '__typename',
    '__',
    'protoType2',
    'constructors',
  ])('takes %j for ordinary', (name) => {
    expect(isOddKey(name)).toBe(false);
  });
});
