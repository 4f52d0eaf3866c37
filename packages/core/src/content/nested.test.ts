import { describe, expect, it } from 'vitest';
import { decodeValue } from './decode.js';
import { DEFAULT_CONTENT_LIMITS } from './limits.js';
import { readNested } from './nested.js';
import { ValueCollector } from './value-collector.js';

function nested(text: string, place = 'body.x'): string[] {
  const into = new ValueCollector(DEFAULT_CONTENT_LIMITS);
  readNested(decodeValue({ place, kind: 'body', name: 'x', text }), into);
  return into.values.map((value) => `${value.kind} ${value.place}: ${value.text} (${value.outer.join(' ')})`);
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('readNested', () => {
  it('finds JSON in a string, below the layers taken off it', () => {
    expect(nested('{"a":["<b>"]}')).toEqual(['body body.x~json.a[0]: <b> ()']);
    expect(nested('%5B%22x%22%5D')).toEqual(['body body.x~json[0]: x (percent)']);
  });

  it('takes only whole JSON for JSON', () => {
    for (const text of ['{not json}', '[draft] a title', '{"a":"x"} and more', '"a string"', '{"a":1'])
      expect(nested(text)).toEqual([]);
  });

  it('reads the claims of a JWT', () => {
    const token = `${part({ alg: 'HS256', kid: '../../dev/null' })}.${part({ sub: '42', role: 'admin' })}.c2lnbmF0dXJl`;
    expect(nested(token)).toEqual([
      'body body.x~jwt.alg: HS256 (base64)',
      'body body.x~jwt.kid: ../../dev/null (base64)',
      'body body.x~jwt.sub: 42 (base64)',
      'body body.x~jwt.role: admin (base64)',
    ]);
  });

  it.each(['none', 'NONE', 'nOnE'])('shows as a key that a JWT is unsigned: %s', (alg) => {
    expect(nested(`${part({ alg })}.${part({ sub: 'x' })}.`)).toContain(`key body.x~jwt.alg: alg: ${alg} (base64)`);
  });

  it('does not mind a JWT whose header is no object', () => {
    expect(nested(`eyJhIjp9.${part({ a: 'x' })}.`)).toEqual(['body body.x~jwt.a: x (base64)']);
  });

  it('finds what base64 hides, and leaves ids alone', () => {
    expect(nested(btoa('<script>alert(1)</script>'))).toEqual([
      'body body.x~base64: <script>alert(1)</script> (base64)',
    ]);
    expect(nested('5f2b8c1e9d7a4b3c8e1f')).toEqual([]);
    expect(nested('short')).toEqual([]);
  });

  it('reads GraphQL only where GraphQL is sent', () => {
    const document = '{ user(name: "x") { id } }';
    expect(nested(document, 'body.query')).toEqual(['body body.query~graphql[0]: x ()']);
    expect(nested(document, 'body[3].query')).toEqual(['body body[3].query~graphql[0]: x ()']);
    expect(nested(document, 'body.operations~json.query')).toHaveLength(1);
    expect(nested(document, 'body.text')).toEqual([]);
  });
});
