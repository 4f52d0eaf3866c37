import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prefersHtml } from './accept.js';

describe('prefersHtml', () => {
  it('is true for browsers and whoever ranks HTML first', () => {
    for (const accept of [
      'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
      'text/html',
      'TEXT/HTML',
      'text/*',
      'application/json;q=0.5, text/html;q=0.9',
      'text/html, application/json;q=0',
    ]) {
      expect({ accept, html: prefersHtml(accept) }).toEqual({ accept, html: true });
    }
  });

  it('is false for programs and in doubt', () => {
    for (const accept of [
      undefined,
      '',
      '*/*',
      'application/json',
      'application/json, text/plain, */*',
      'text/html, application/json',
      'text/html;q=0.5, application/*',
      'text/html;q=0',
      'text/html;q=nonsense',
      'text/plain',
      `${'a/b,'.repeat(5000)}text/html`,
    ]) {
      expect({ accept, html: prefersHtml(accept) }).toEqual({ accept, html: false });
    }
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string(), (accept) => {
        expect(typeof prefersHtml(`text/${accept}`)).toBe('boolean');
      }),
    );
  });
});
