import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from './json.js';
import { DEFAULT_CONTENT_LIMITS } from './limits.js';
import { walkParsed } from './parsed.js';
import { TreeReader } from './tree-reader.js';
import { ValueCollector } from './value-collector.js';

function places(read: (into: ValueCollector) => void): string[] {
  const into = new ValueCollector({ ...DEFAULT_CONTENT_LIMITS, depth: 4 });
  read(into);
  return into.values.map((value) => `${value.kind} ${value.place}: ${value.text}`);
}

const walk = (value: unknown) => places((into) => walkParsed(value, new TreeReader(into, 'body', 'body')));

describe('walkParsed', () => {
  it('finds the values that the text has, at the same places', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value);
        expect(walk(JSON.parse(text)).sort()).toEqual(places((into) => readJson(text, 'body', 'body', into)).sort());
      }),
    );
  });

  it('sees a key that would be a prototype', () => {
    expect(walk(JSON.parse('{"__proto__":{"a":"x"}}'))).toEqual([
      'key body.__proto__: __proto__: {',
      'body body.__proto__.a: x',
    ]);
  });

  it('keeps the places of elements beside ones that it passes over', () => {
    const shared = { a: 'x' };
    expect(walk([shared, shared, Buffer.from('no'), new Date(0), 'last'])).toEqual([
      'body body[0].a: x',
      'body body[4]: last',
    ]);
  });

  it('reads objects without a prototype, as query parsers make them', () => {
    expect(walk(Object.assign(Object.create(null), { toString: 'x', hasOwnProperty: { y: 'z' } }))).toEqual([
      'body body.toString: x',
      'body body.hasOwnProperty.y: z',
    ]);
  });

  it('ends at cycles and far down', () => {
    const loop: unknown[] = [];
    loop.push(loop, 'after');
    expect(walk(loop)).toEqual(['body body[1]: after']);
    let deep: unknown = 'bottom';
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(walk(deep)).toEqual(['body body[0][0][0]: bottom']);
  });
});
