import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asUtf8 } from './body-charset.js';

const XML = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';

function utf16(text: string, order: 'le' | 'be'): Buffer {
  const bytes = Buffer.from(text, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
}

describe('asUtf8', () => {
  it('reads UTF-16 in both orders, with and without a byte-order mark, whatever the label says', () => {
    for (const order of ['le', 'be'] as const) {
      for (const mark of ['', '\uFEFF']) {
        for (const charset of ['', 'utf-16', 'utf-8']) {
          const { bytes, readable } = asUtf8(utf16(mark + XML, order), charset);
          expect({ text: bytes.toString(), readable }).toEqual({ text: XML, readable: true });
        }
      }
    }
  });

  it('reads a piece of UTF-16 that begins in the middle of a character', () => {
    expect(asUtf8(utf16(XML, 'le').subarray(3), '', 3).bytes.toString()).toBe(XML.slice(2));
  });

  it('leaves UTF-8 alone that is labelled UTF-16, and says that it may mean something else', () => {
    const bytes = Buffer.from(XML);
    expect(asUtf8(bytes, 'utf-16le')).toEqual({ bytes, readable: false });
  });

  it('leaves every charset alone in which ASCII is ASCII', () => {
    for (const charset of ['', 'UTF-8', 'utf8', 'us-ascii', 'ISO-8859-1', 'iso-8859-15', 'windows-1252', 'latin1']) {
      const bytes = Buffer.from('caf\u00e9 \u00fc', 'latin1');
      expect(asUtf8(bytes, charset)).toEqual({ bytes, readable: true });
    }
  });

  it('says which charsets it cannot read', () => {
    for (const charset of ['utf-7', 'utf-32', 'ibm037', 'shift_jis', 'x-unknown', '../../etc']) {
      expect(asUtf8(Buffer.from('abcd'), charset).readable).toBe(false);
    }
  });

  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), fc.nat(3), (bytes, charset, offset) => {
        const result = asUtf8(Buffer.from(bytes), charset, offset);
        expect(result.bytes.length).toBeLessThanOrEqual(bytes.length * 2);
      }),
    );
  });
});
