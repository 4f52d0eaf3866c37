import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTENT_LIMITS } from './limits.js';
import { ValueCollector } from './value-collector.js';

describe('ValueCollector', () => {
  it('keeps equal texts of one kind and name once, and those of other kinds and names', () => {
    const into = new ValueCollector(DEFAULT_CONTENT_LIMITS);
    into.add('query', 'query.a', 'x');
    into.add('query', 'query.b', 'x');
    into.add('query', 'query.c', 'x', 'Cmd');
    into.add('query', 'query.d', 'x', 'cmd');
    into.add('body', 'body.a', 'x');
    into.add('body', 'body.b', '');
    expect(into.values.map((value) => value.place)).toEqual(['query.a', 'query.c', 'body.a']);
    expect(into.values.map((value) => value.name)).toEqual(['', 'cmd', '']);
  });

  it('is not misled by a name that imitates the beginning of a text', () => {
    const into = new ValueCollector(DEFAULT_CONTENT_LIMITS);
    into.add('body', 'body', 'b c', 'a');
    into.add('body', 'body', 'c', 'a b');
    into.add('body', 'body', '1 ab c');
    into.add('body', 'body', 'ab c');
    expect(into.values.length).toBe(4);
  });

  it('keeps apart what looks like the name of an object property', () => {
    const into = new ValueCollector(DEFAULT_CONTENT_LIMITS);
    for (const text of ['__proto__', 'constructor', 'toString']) into.add('body', 'body', text);
    expect(into.values.length).toBe(3);
  });

  it('overflows only when a further value comes', () => {
    const into = new ValueCollector({ ...DEFAULT_CONTENT_LIMITS, values: 2 });
    into.add('body', 'a', '1');
    into.add('body', 'b', '2');
    into.add('body', 'c', '1');
    expect(into.overflowed).toBe(false);
    into.add('body', 'd', '3');
    expect(into.overflowed).toBe(true);
    expect(into.values.map((value) => value.place)).toEqual(['a', 'b']);
  });

  it('notes the layers that lie over what is read within', () => {
    const into = new ValueCollector(DEFAULT_CONTENT_LIMITS);
    into.within(['base64'], () => into.add('body', 'a', 'x'));
    into.add('body', 'b', 'y');
    expect(into.values.map((value) => value.outer)).toEqual([['base64'], []]);
  });
});
