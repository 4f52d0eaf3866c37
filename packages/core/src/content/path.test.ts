import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTENT_LIMITS } from './limits.js';
import { readPath } from './path.js';
import { ValueCollector } from './value-collector.js';

function read(path: string): string[] {
  const into = new ValueCollector(DEFAULT_CONTENT_LIMITS);
  readPath(path, into);
  return into.values.map((value) => `${value.place}: ${value.text}`);
}

describe('readPath', () => {
  it('gives an ordinary path as one value', () => {
    expect(read('/api/v1/users/me.json')).toEqual(['path: /api/v1/users/me.json']);
  });

  it('gives segments with other characters on their own', () => {
    expect(read("/files/%2e%2e%2fetc/a'b//c")).toEqual([
      "path: /files/%2e%2e%2fetc/a'b//c",
      'path[1]: %2e%2e%2fetc',
      "path[2]: a'b",
    ]);
  });

  it('takes any target, even an empty one', () => {
    expect(read('')).toEqual([]);
    expect(read('*')).toEqual(['path: *']);
  });
});
