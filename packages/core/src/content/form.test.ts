import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeValue } from './decode.js';
import { readForm } from './form.js';
import { DEFAULT_CONTENT_LIMITS } from './limits.js';
import { readQuery } from './query.js';
import { ValueCollector } from './value-collector.js';

function read(text: string, limits = DEFAULT_CONTENT_LIMITS) {
  const into = new ValueCollector(limits);
  const formed = readForm(text, 'body', 'body', into);
  return { formed, into, values: into.values.map((value) => `${value.kind} ${value.place}: ${value.text}`) };
}

describe('readForm', () => {
  it('splits names and values and leaves them encoded', () => {
    expect(read('a=1%3D2&b=x+y&&c&=d')).toMatchObject({
      formed: true,
      values: ['body body.a: 1%3D2', 'body body.b: x+y', 'body body.: d'],
    });
  });

  it('gives odd names as keys, also encoded ones, under a readable place', () => {
    expect(read('page%5Bsize%5D=').values).toEqual([]);
    expect(read('a%5B%24ne%5D=1&<script>').values).toEqual([
      'key body.a[$ne]: a%5B%24ne%5D',
      'body body.a[$ne]: 1',
      'key body.<script>: <script>',
    ]);
  });

  it('joins the values of a repeated name, however it is encoded', () => {
    expect(read('id=1&%69d=2').values).toContain('body body.id: 1,2');
  });

  it('says when a text is no form', () => {
    expect(read('<a href="x=1">').formed).toBe(false);
    expect(read('hello world').formed).toBe(false);
    expect(read('token').formed).toBe(true);
  });

  it('looks at no more names than the limit says, and at every value', () => {
    const { into, values } = read('$a=x&$b=y&$c=z', { ...DEFAULT_CONTENT_LIMITS, keys: 1 });
    expect(values).toEqual(['key body.$a: $a', 'body body.$a: x', 'body body.$b: y', 'body body.$c: z']);
    expect([...into.truncated]).toEqual(['keys']);
  });

  it('finds what URLSearchParams wrote, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        fc.pre(text.isWellFormed() && text.normalize('NFKC') === text && !/[%&\\]/.test(text));
        const [value] = read(new URLSearchParams({ a: text }).toString()).into.values;
        expect(decodeValue(value!, value!.plus).decoded).toBe(text);
      }),
    );
  });
});

describe('readQuery', () => {
  it('restores UTF-8 that the server handed over as Latin-1', () => {
    const into = new ValueCollector(DEFAULT_CONTENT_LIMITS);
    readQuery(Buffer.from('q=ä').toString('latin1'), into);
    expect(into.values).toMatchObject([{ kind: 'query', place: 'query.q', text: 'ä', plus: true }]);
  });
});
