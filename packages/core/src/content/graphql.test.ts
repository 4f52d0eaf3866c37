import { describe, expect, it } from 'vitest';
import { isGraphql, readGraphql } from './graphql.js';
import { DEFAULT_CONTENT_LIMITS } from './limits.js';
import { ValueCollector } from './value-collector.js';

function read(document: string) {
  const into = new ValueCollector(DEFAULT_CONTENT_LIMITS);
  const balanced = readGraphql(document, 'body', 'body.query', into);
  return { balanced, values: into.values.map((value) => `${value.place}: ${value.text}`) };
}

describe('isGraphql', () => {
  it.each(['{ me { id } }', 'query Q($a: Int) { a }', '# note\n mutation{a}', '\n,fragment F on T { a }'])(
    'sees a document in %j',
    (text) => {
      expect(isGraphql(text)).toBe(true);
    },
  );

  it.each(['shoes', 'query', 'queryable {x}', 'select * from a', ''])('sees none in %j', (text) => {
    expect(isGraphql(text)).toBe(false);
  });
});

describe('readGraphql', () => {
  it('reads string literals with their escapes', () => {
    expect(read('{ user(name: "O\\u0027Brien", note: "say \\"hi\\"") { id } }')).toEqual({
      balanced: true,
      values: ["body.query~graphql[0]: O'Brien", 'body.query~graphql[1]: say "hi"'],
    });
  });

  it('reads block strings', () => {
    expect(read('{ a(b: """one "two" \\""" three""") }')).toEqual({
      balanced: true,
      values: ['body.query~graphql[0]: one "two" \\""" three'],
    });
  });

  it('passes over comments', () => {
    expect(read('{ a # " {\n }')).toEqual({ balanced: true, values: [] });
  });

  it.each(['{ a', '{ a(b: "x) }', '} {', '{ a(b: """x"" ) }'])('says that %j does not match up', (document) => {
    expect(read(document).balanced).toBe(false);
  });
});
