import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTENT_LIMITS } from './limits.js';
import { ValueCollector } from './value-collector.js';
import { readXml } from './xml.js';

function read(text: string, limits = DEFAULT_CONTENT_LIMITS) {
  const into = new ValueCollector(limits);
  const matched = readXml(text, 'body', 'body', into);
  const [head, ...values] = into.values.map((value) => `${value.kind} ${value.place}: ${value.text}`);
  return { matched, into, head, values };
}

describe('readXml', () => {
  it('reads text and attributes under the path of element names', () => {
    expect(
      read(
        '<?xml version="1.0" encoding="UTF-8"?>\n<order id="7">\n <soap:item sku=\'a&lt;b\'/>\n <note>Hi <b>there</b></note></order>\n',
      ),
    ).toMatchObject({
      matched: true,
      values: [
        'body body.order@id: 7',
        'body body.order.soap:item@sku: a&lt;b',
        'body body.order.note: Hi',
        'body body.order.note.b: there',
      ],
    });
  });

  it('reads CDATA, comments and processing instructions', () => {
    expect(read('<a><![CDATA[<script>]]><!-- hidden --><?php system(1) ?></a>').values).toEqual([
      'body body.a: <script>',
      'body body.a: hidden',
      'body body.a.?: <?php system(1) ?>',
    ]);
  });

  it('reads a DOCTYPE whole and declaration by declaration', () => {
    const doctype = '<!DOCTYPE a [<!ENTITY % r SYSTEM "http://x/?a>b"> <!ENTITY e SYSTEM \'file:///etc/passwd\'> %r;]>';
    expect(read(`${doctype}<a>&e;</a>`)).toMatchObject({
      matched: true,
      values: [
        'body body.doctype: <!ENTITY % r SYSTEM "http://x/?a>b">',
        "body body.doctype: <!ENTITY e SYSTEM 'file:///etc/passwd'>",
        `body body.doctype: ${doctype}`,
        'body body.a: &e;',
      ],
    });
    expect(read('<!DOCTYPE html><html></html>').values).toEqual(['body body.doctype: <!DOCTYPE html>']);
  });

  it('gives the beginning of the document as it is', () => {
    expect(read('<a/>').head).toBe('raw body: <a/>');
  });

  it('gives names that are no XML names', () => {
    expect(read(`<a\${7*7}>x</a\${7*7}>`).values).toEqual([`key body.a\${7*7}: a\${7*7}`, `body body.a\${7*7}: x`]);
  });

  it.each([
    '',
    'text',
    '<a>',
    '<a></b>',
    '<a',
    '<a b>',
    '<a b=c></a>',
    '<a b="',
    '</a>',
    '<!--',
    '<a><![CDATA[',
    '<!DOCTYPE a [',
    'x<a/>',
    '< a/>',
  ])('says that the tags of %j do not match up', (text) => {
    expect(read(text).matched).toBe(false);
  });

  it('keeps the place of deeper elements at the limit, and marks it', () => {
    const { into, values } = read('<a><b><c><d>deep</d></c></b>up</a>', { ...DEFAULT_CONTENT_LIMITS, depth: 2 });
    expect(values).toEqual(['body body.a.b: deep', 'body body.a: up']);
    expect([...into.truncated]).toEqual(['depth']);
  });

  it('loses nothing that stands in tags which do not match up', () => {
    expect(read('<a x=evil1 y="evil2"><b>evil3</c>evil4').values).toEqual([
      'body body.a@x: evil1',
      'body body.a@y: evil2',
      'body body.a.b: evil3',
      'body body.a: evil4',
    ]);
  });
});
