import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf7, type Utf7Variant } from './utf7.js';

/** Text as a sender writes it: letters and digits as they are, everything else shifted. */
function encoded(text: string, variant: Utf7Variant): string {
  const [shift, slash] = variant === 'utf-7' ? ['+', '/'] : ['&', ','];
  return text.replace(/[^A-Za-z0-9 ]+/g, (run) => {
    const base64 = Buffer.from(run, 'utf16le').swap16().toString('base64').replaceAll('=', '');
    return `${shift}${base64.replaceAll('/', slash)}-`;
  });
}

describe('decodeUtf7', () => {
  it('shows what hides in it', () => {
    expect(decodeUtf7('+ADw-script+AD4-alert(1)+ADw-/script+AD4-', 'utf-7')).toBe('<script>alert(1)</script>');
    expect(decodeUtf7('1+ACc- OR 1+AD0-1', 'utf-7')).toBe("1' OR 1=1");
    expect(decodeUtf7('&ADw-b&AD4- + 1', 'utf-7-imap')).toBe('<b> + 1');
  });

  it('ends a shift at any other character, and takes a shift of nothing for its sign', () => {
    expect(decodeUtf7('+ADw.b', 'utf-7')).toBe('<.b');
    expect(decodeUtf7('1 +- 1', 'utf-7')).toBe('1 + 1');
  });

  it('leaves text alone that is none', () => {
    for (const text of ['a + b', '1+1=2', 'tel:+49', "O'Brien", 'a & b']) {
      expect(decodeUtf7(text, text.includes('&') ? 'utf-7-imap' : 'utf-7')).toBe(text);
    }
  });

  it('gives back any text that was written in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('utf-7', 'utf-7-imap'), (text, variant) => {
        expect(decodeUtf7(encoded(text, variant as Utf7Variant), variant as Utf7Variant)).toBe(text);
      }),
    );
  });
});
