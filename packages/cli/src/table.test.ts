import { describe, expect, it } from 'vitest';
import { table } from './table.js';

describe('a table', () => {
  it('is as wide as its widest cells', () => {
    const columns = [{ title: 'name' }, { title: 'n', align: 'right' }] as const;
    expect(table(columns, [['sqli', '1,204'], ['a long name', '7'], ['short']])).toEqual([
      'name             n',
      'sqli         1,204',
      'a long name      7',
      'short',
    ]);
  });

  it('has a heading even without rows', () => {
    expect(table([{ title: 'a' }, { title: 'b' }], [])).toEqual(['a  b']);
  });
});
