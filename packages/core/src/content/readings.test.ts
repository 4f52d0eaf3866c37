import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readingsOf } from './readings.js';

const ATTACK = "1' OR 1=1--";

/** A text between bytes in another charset. */
function around(hex: string): Buffer {
  return Buffer.concat([Buffer.from(hex, 'hex'), Buffer.from(ATTACK)]);
}

describe('readingsOf', () => {
  it('reads UTF-8 where nothing says otherwise', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.startsWith('\ufeff') && !text.includes('\u0000'));
        for (const [bytes, charset] of [
          [Buffer.from(text), ''],
          [Buffer.from(`\ufeff${text}`), '"UTF-8"'],
        ] as const) {
          expect(readingsOf(bytes, charset)).toMatchObject({ texts: [text], certain: true });
        }
      }),
    );
  });

  it.each([
    ['ISO-8859-1', 'e9', 'é'],
    ['windows-1251', 'e0', 'а'],
    ['windows-1253', 'e1', 'α'],
    ['Shift_JIS', '82a0', 'あ'],
    ['gbk', 'c4e3', '你'],
    ['gb18030', 'c4e3', '你'],
    ['Big5', 'a741', '你'],
    ['"EUC-KR"', 'b0a1', '가'],
    ['euc-jp', 'a4a2', 'あ'],
    ['koi8-r', 'c1', 'а'],
  ])('reads the charset that is named: %s', (charset, hex, text) => {
    expect(readingsOf(around(hex), charset)).toMatchObject({ texts: [`${text}${ATTACK}`], certain: true });
  });

  it('takes UTF-8 for what it is under the label of another charset', () => {
    for (const charset of ['iso-8859-1', 'windows-1252', 'shift_jis', 'gbk']) {
      expect(readingsOf(Buffer.from('＜script＞ é'), charset)).toMatchObject({
        texts: ['＜script＞ é'],
        certain: true,
      });
    }
  });

  it('reads UTF-16 once, with its label and without', () => {
    for (const charset of ['', 'utf-16', 'utf-16le', 'utf-8']) {
      expect(readingsOf(Buffer.from(ATTACK, 'utf16le'), charset)).toMatchObject({
        texts: [ATTACK],
        certain: true,
      });
    }
  });

  it('reads UTF-16 that only its label shows', () => {
    const bytes = Buffer.from(`备注：${ATTACK}`, 'utf16le').swap16();
    expect(readingsOf(bytes, 'utf-16be')).toMatchObject({ texts: [`备注：${ATTACK}`], certain: true });
    expect(readingsOf(bytes, 'utf-16').texts).toContain(`备注：${ATTACK}`);
  });

  it('reads both what the bytes show and what the label says of them', () => {
    const bytes = Buffer.from(`\ufffe${ATTACK}`, 'utf16le');
    const { texts, certain } = readingsOf(bytes, 'utf-16le');
    expect(texts).toContain(`\ufffe${ATTACK}`);
    expect(certain).toBe(false);
    expect(readingsOf(Buffer.from(`\u00ff\u00fe1+ACc- OR`, 'latin1'), 'utf-7').texts).toContain("\u00ff\u00fe1' OR");
  });

  it('reads text under the label of UTF-16 as what it is, and says that it may mean something else', () => {
    for (const charset of ['utf-16', 'UTF-16LE', 'ucs-2', 'utf-32be']) {
      expect(readingsOf(Buffer.from(ATTACK), charset)).toMatchObject({ texts: [ATTACK], certain: false });
    }
  });

  it.each([
    ['a byte-order mark', Buffer.from(`\u00ff\u00fe=1&q=${ATTACK}`, 'latin1')],
    ['zeros', Buffer.from(`${'a\u0000'.repeat(40)}=1&q=${ATTACK}`)],
  ])('lets %s hide no text from it that other hosts read', (_, bytes) => {
    const { texts, certain } = readingsOf(bytes, '');
    expect(texts.some((text) => text.endsWith(ATTACK))).toBe(true);
    expect(certain).toBe(false);
  });

  it.each([
    ['utf-7', '1+ACc- OR 1+AD0-1--'],
    ["'UTF7'", '1+ACc- OR 1+AD0-1--'],
    ['utf-7-imap', '1&ACc- OR 1&AD0-1--'],
    ['iso-2022-jp', "1\u001b(J' OR 1=1--"],
  ])('gives both readings of text that means something else in %s', (charset, text) => {
    expect(readingsOf(Buffer.from(text), charset)).toMatchObject({ texts: [text, ATTACK], certain: false });
  });

  it('says that it does not know a charset, and reads the bytes all the same', () => {
    for (const charset of ['ibm037', 'x-unknown', '../../etc', 'hz-gb-2312']) {
      expect(readingsOf(Buffer.from('<é>'), charset)).toMatchObject({ texts: ['<é>'], certain: false });
    }
  });

  it('says what is no text', () => {
    const noise = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * i * 7919 + (i >> 3)) % 256));
    const gzipped = gzipSync(noise);
    for (const bytes of [gzipped, Buffer.concat([Buffer.from('fffe', 'hex'), noise])]) {
      expect(readingsOf(bytes, '').isBinary()).toBe(true);
    }
    for (const bytes of [Buffer.from(ATTACK), Buffer.from(`\ufeff${ATTACK} 备注`, 'utf16le'), around('82a0')]) {
      expect(readingsOf(bytes, '').isBinary()).toBe(false);
    }
  });

  it('takes any bytes and label', () => {
    const label = fc.oneof(fc.string(), fc.constantFrom('utf-7', 'utf-16', 'utf-32', 'gbk', 'iso-2022-jp'));
    fc.assert(
      fc.property(fc.uint8Array(), label, (bytes, charset) => {
        const { texts } = readingsOf(Buffer.from(bytes), charset);
        expect(new Set(texts).size).toBe(texts.length);
        expect(texts.length).toBeGreaterThan(0);
      }),
    );
  });
});
