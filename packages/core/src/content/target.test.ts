import { describe, expect, it } from 'vitest';
import { splitTarget } from '../observation/from-node-request.js';
import { observationOf } from '../testing/sample-observations.js';
import { DEFAULT_CONTENT_LIMITS } from './limits.js';
import { readTarget } from './target.js';
import { ValueCollector } from './value-collector.js';

function read(method: string, url: string): string[] {
  const into = new ValueCollector(DEFAULT_CONTENT_LIMITS);
  readTarget({ ...observationOf({ method }), ...splitTarget(url) }, into);
  return into.values.map((value) => `${value.kind} ${value.place} (${value.name}): ${value.text}`);
}

describe('readTarget', () => {
  it('reads path and query, of the absolute form too, and the host that it names', () => {
    expect(read('GET', '/a?b=c')).toEqual(['path path (): /a', 'query query.b (b): c']);
    expect(read('GET', 'http://api.example:8080/a?b=c')).toEqual([
      'path path (): /a',
      'query query.b (b): c',
      'header authority (host): api.example:8080',
    ]);
  });

  it('reads the whole target where it names no host', () => {
    expect(read('GET', 'http://a"><script>x</script>/')).toEqual(
      expect.arrayContaining(['path url (): http://a"><script>x</script>/']),
    );
    expect(read('GET', 'http://[::1]:80/').join()).not.toContain('path url');
  });

  it('finds no host inside a path', () => {
    for (const url of ['/http://x/', '//x/y', '*', 'api.example:443']) {
      expect(read('GET', url).join()).not.toContain('authority');
    }
  });

  it('reads a method that is none', () => {
    expect(read('X<SCRIPT>', '/')).toContain('header method (method): X<SCRIPT>');
    for (const method of ['GET', 'M-SEARCH', 'PROPFIND', '']) expect(read(method, '/')).toEqual(['path path (): /']);
  });
});
