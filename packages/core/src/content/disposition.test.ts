import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDisposition } from './disposition.js';

describe('parseDisposition', () => {
  it.each<[string, string[], string[]]>([
    ['form-data; name="q"', ['q'], []],
    ['form-data; name=q; filename=a b.png', ['q'], ['a b.png']],
    ['FORM-DATA;NAME = "q" ;FileName="a;b=c.png"', ['q'], ['a;b=c.png']],
    ['form-data name="q" filename="a.png"', ['q'], ['a.png']],
    ['form-data; name="q"; filename="C:\\dir\\..\\x.txt"', ['q'], ['C:\\dir\\..\\x.txt']],
    ['form-data; name="a"; filename="ok.txt"; filename="x.php"; name="b"', ['a', 'b'], ['ok.txt', 'x.php']],
    ['form-data; name="q"; filename*=UTF-8\'\'..%2f..%2fx', ['q'], ['..%2f..%2fx']],
    ['form-data; name="q"; filename="O\'Brien.pdf"', ['q'], ["O'Brien.pdf"]],
    ['form-data; name="q"; filename*1="x.php"; filename*0="../"', ['q'], ['../x.php']],
    ['form-data; name="q"; filename*0*=utf-8\'en\'%2e%2e; filename*1="/x"', ['q'], ['%2e%2e/x']],
    ['form-data; name=""; filename=""', [''], ['']],
    ['', [], []],
  ])('reads %s', (header, names, files) => {
    expect(parseDisposition(header)).toEqual({ names, files, odd: false });
  });

  it('reads what an escaped quote hides', () => {
    expect(parseDisposition('form-data; name="f"; filename="x\\"<script>.png"')).toEqual({
      names: ['f'],
      files: ['x\\', 'x"<script>.png'],
      odd: true,
    });
  });

  it('notices other parameters that hold more than a word', () => {
    expect(parseDisposition('form-data; name="f"; x="\' or 1=1"').odd).toBe(true);
    expect(parseDisposition('form-data; <script>; name="f"').odd).toBe(true);
    expect(parseDisposition('form-data; name="f"; filename="x').odd).toBe(true);
    expect(parseDisposition('form-data; name="f"; size=12; read-date="2026-01-01"').odd).toBe(false);
  });

  it('says that there is more where it stops', () => {
    const { names, odd } = parseDisposition(`form-data${'; a=b'.repeat(100)}; name="q"`);
    expect({ names, odd }).toEqual({ names: [], odd: true });
    expect(parseDisposition('form-data; name="q"; filename*40="x.php"').odd).toBe(true);
    expect(parseDisposition('form-data; name="q"; filename*0="x.php"; filename*0="y"').odd).toBe(true);
    expect(parseDisposition(`form-data${'; a=b'.repeat(30)}; name="q"`)).toMatchObject({ names: ['q'], odd: false });
  });

  it('finds the name and the file name that a library wrote, whatever they are', () => {
    const quoted = (text: string) => text.replace(/["\r\n]/g, encodeURIComponent);
    const texts = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\\'));
    fc.assert(
      fc.property(texts, texts, (name, file) => {
        const header = `form-data; name="${quoted(name)}"; filename="${quoted(file)}"`;
        expect(parseDisposition(header)).toEqual({ names: [quoted(name)], files: [quoted(file)], odd: false });
      }),
    );
  });

  it('ends for any header', () => {
    for (const piece of ['=', '"', ';', '=""', 'a=', '; name="', '\\"', ' ', 'filename*0=']) {
      const { names } = parseDisposition(piece.repeat(8192 / piece.length));
      expect(names.every((name) => name.length <= 8192)).toBe(true);
    }
  });
});
