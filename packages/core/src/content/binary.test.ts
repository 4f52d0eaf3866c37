import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBinary, isNoise } from './binary.js';

describe('isBinary', () => {
  it('takes text in any language for text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2000 }), (text) => {
        expect(isBinary(Buffer.from(text.replace(/[\p{Cc}]/gu, ' ')))).toBe(false);
      }),
    );
  });

  it('recognises compressed data and images', () => {
    const noise = Array.from({ length: 3000 }, (_, i) => String.fromCharCode(33 + ((i * i * 7919) % 90))).join('');
    expect(isBinary(gzipSync(noise))).toBe(true);
    expect(isBinary(Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001', 'hex'))).toBe(true);
  });

  it('is not misled by a magic number or a few zeros', () => {
    expect(isBinary(Buffer.from(`GIF89a\u0000${'<?php system("id"); ?>'.repeat(3)}`))).toBe(false);
    expect(isBinary(Buffer.from(`a=1\u0000${"' or 1=1 -- ".repeat(3)}`))).toBe(false);
  });

  it('looks at the end as well', () => {
    const zeros = Buffer.alloc(2000);
    expect(isBinary(zeros)).toBe(true);
    expect(isBinary(Buffer.concat([zeros, Buffer.from('<script>alert(1)</script> '.repeat(50))]))).toBe(false);
  });
});

describe('isNoise', () => {
  it('takes text in any language for text', () => {
    for (const text of [
      '',
      "1' OR 1=1--",
      '备注：只有两个引号是拉丁字母',
      'שלום\u200f, עולם',
      'नमस्ते',
      '👩‍👩‍👧 ok',
      'a\tb\r\nc',
    ]) {
      expect(isNoise(text)).toBe(false);
    }
  });

  it('recognises bytes that are no characters', () => {
    const noise = Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * i * 7919 + (i >> 3)) % 256));
    expect(isNoise(noise.toString('utf16le'))).toBe(true);
    expect(isNoise('\u0001\u0002abc')).toBe(true);
  });
});
