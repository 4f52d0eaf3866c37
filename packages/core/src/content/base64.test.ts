import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64 } from './base64.js';

describe('decodeBase64', () => {
  it('finds any text, in both alphabets, with padding or without', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const bytes = Buffer.from(text);
        for (const base64 of [bytes.toString('base64'), bytes.toString('base64url')])
          expect(decodeBase64(base64)).toBe(text);
      }),
    );
  });

  it('reads data URIs, wrapped lines and what PowerShell takes', () => {
    expect(decodeBase64(`data:text/html;base64,${btoa('<script>')}`)).toBe('<script>');
    expect(decodeBase64('PHNjcm\r\nlwdD4=')).toBe('<script>');
    expect(decodeBase64(Buffer.from('whoami /all', 'utf16le').toString('base64'))).toBe('whoami /all');
  });

  it('finds serialised objects, one character per byte', () => {
    expect(decodeBase64('rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA==')).toMatch(/^¬í.*java\.util\.HashMap/s);
    expect(decodeBase64('gASVY29zCnN5c3RlbQpSLg==')).toContain('system');
    expect(decodeBase64('AAEAAAD/////AQAAAAAAAAAMAgAAAA==')).toHaveLength(22);
    expect(decodeBase64('BAhvOgpHZW06OlJlcXVpcmVtZW50AA==')).toContain('Gem::Requirement');
  });

  it.each([
    'administratorsGroup01',
    'd41d8cd98f00b204e9800998ecf8427e',
    '1234567890123456',
    'iVBORw0KGgoAAAANSUhEUgAA',
    'not base64!',
    '',
    '====',
  ])('finds nothing in %j', (text) => {
    expect(decodeBase64(text)).toBeNull();
  });
});
