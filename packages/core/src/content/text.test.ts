import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOf } from './text.js';

describe('textOf', () => {
  it('reads UTF-8 where no charset says otherwise', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 2 }), (text) => {
        fc.pre(!text.startsWith('\ufeff') && !text.slice(0, 2).includes('\u0000'));
        expect(textOf(Buffer.from(text), '')).toEqual({ text, known: true });
        expect(textOf(Buffer.from(`\ufeff${text}`), 'UTF-8')).toEqual({ text, known: true });
      }),
    );
  });

  it('sees UTF-16 by its mark, and by its zeros when a document begins', () => {
    expect(textOf(Buffer.from('\ufeff<a>', 'utf16le'), '').text).toBe('<a>');
    expect(textOf(Buffer.from('<a>', 'utf16le'), 'utf-8').text).toBe('<a>');
    expect(textOf(Buffer.from('{"a":1}', 'utf16le').swap16(), '').text).toBe('{"a":1}');
  });

  it('reads the charset that is named', () => {
    expect(textOf(Buffer.from('e9', 'hex'), 'ISO-8859-1').text).toBe('é');
    expect(textOf(Buffer.from('82a0', 'hex'), 'shift_jis').text).toBe('あ');
  });

  it('says that it does not know a charset, and reads the bytes all the same', () => {
    expect(textOf(Buffer.from('<é>'), 'utf-7')).toEqual({ text: '<é>', known: false });
  });
});
