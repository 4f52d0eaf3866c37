import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignedTo, decodeWide, type WideEncoding, wideEncodingOf, wideEncodingsNamed } from './wide-encoding.js';

const ENCODINGS = ['utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'] as const;
const XML = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';
const CHINESE = '{"备注":"只有两个引号是拉丁字母"}';

/** Text as a sender writes it. */
function encoded(text: string, encoding: WideEncoding): Buffer {
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  const units = Buffer.alloc(4 * [...text].length);
  for (const [i, character] of [...text].entries()) units.writeUInt32LE(character.codePointAt(0) ?? 0, 4 * i);
  return encoding === 'utf-32le' ? units : units.swap32();
}

describe.each(ENCODINGS)('%s', (encoding) => {
  it('is recognised by its mark and by Latin text, and read', () => {
    for (const mark of ['', '\ufeff']) {
      const bytes = encoded(mark + XML, encoding);
      expect(wideEncodingOf(bytes)).toBe(encoding);
      expect(decodeWide(bytes, encoding)).toBe(XML);
    }
  });

  it('is recognised by how a document begins, and in other languages by its mark alone', () => {
    expect(wideEncodingOf(encoded(CHINESE, encoding))).toBe(encoding);
    expect(wideEncodingOf(encoded('备注', encoding))).toBeNull();
    expect(wideEncodingOf(encoded('\ufeff备注', encoding))).toBe(encoding);
  });

  it('has a label with and without its order', () => {
    expect(wideEncodingsNamed(encoding.replace('-', ''))).toEqual([encoding]);
    expect(wideEncodingsNamed(encoding.slice(0, 6).replace('-', ''))).toContain(encoding);
  });

  it('is read from the middle of a character on', () => {
    const bytes = encoded(XML, encoding);
    const unit = encoding.startsWith('utf-16') ? 2 : 4;
    for (let cut = 1; cut <= unit; cut++) {
      expect(decodeWide(alignedTo(encoding, bytes.subarray(cut)), encoding)).toBe(XML.slice(1));
    }
  });

  it('gives back any text that begins with a mark', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const bytes = encoded(`\ufeff${text}`, encoding);
        expect(decodeWide(bytes, encoding)).toBe(text);
        if (!text.startsWith('\u0000')) expect(wideEncodingOf(bytes)).toBe(encoding);
      }),
    );
  });

  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const found = wideEncodingOf(Buffer.from(bytes)) ?? encoding;
        expect(decodeWide(alignedTo(found, Buffer.from(bytes)), found).length).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});

describe('wideEncodingOf', () => {
  it('leaves other bytes alone', () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001', 'hex');
    for (const bytes of [
      Buffer.from(XML),
      Buffer.from(CHINESE),
      png,
      Buffer.alloc(64),
      Buffer.from('caf\u00e9', 'latin1'),
      Buffer.from('ab'),
    ]) {
      expect(wideEncodingOf(bytes)).toBeNull();
    }
  });
});

describe('wideEncodingsNamed', () => {
  it('knows no other label', () => {
    for (const label of ['', 'utf8', 'utf7', 'latin1', '__proto__']) expect(wideEncodingsNamed(label)).toEqual([]);
  });
});
