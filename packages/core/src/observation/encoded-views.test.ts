import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64Runs, percentViews } from './encoded-views.js';

describe('percentViews', () => {
  it('takes off round after round, and no more than five', () => {
    const texts = (text: string): string[] => percentViews(text).map((view) => view.text);
    expect(texts('plain 100%')).toEqual(['plain 100%']);
    expect(texts('a%2520b')).toEqual(['a%2520b', 'a%20b', 'a b']);
    expect(texts('%zz%4')).toEqual(['%zz%4']);
    expect(texts(`%${'25'.repeat(9)}41`)).toHaveLength(6);
  });

  it('knows where each stretch came from', () => {
    const text = 'q=%2520ab%41';
    const last = percentViews(text).at(-1);
    expect(last?.text).toBe('q= abA');
    expect(last?.source({ from: 2, to: 3 })).toEqual({ from: 2, to: 7 });
    expect(last?.source({ from: 4, to: 6 })).toEqual({ from: 8, to: 12 });
  });

  it('finds every encoded text again, whatever surrounds it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary-ascii' }),
        fc.string({ unit: 'binary-ascii', minLength: 1 }),
        (before, text) => {
          const encode = (one: string): string =>
            [...one].map((c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
          const encoded = encode(before) + encode(text);
          const [, view] = percentViews(encoded);
          expect(view?.text).toBe(before + text);
          expect(view?.source({ from: before.length, to: before.length + text.length })).toEqual({
            from: encode(before).length,
            to: encoded.length,
          });
        },
      ),
    );
  });
});

describe('base64Runs', () => {
  it('finds readable text in both alphabets, with and without padding, and behind a slash', () => {
    const text = 'some text with ümlauts??>>';
    for (const encoded of [Buffer.from(text).toString('base64'), Buffer.from(text).toString('base64url')]) {
      for (const [around, from] of [
        [encoded, 0],
        [`q="${encoded}"`, 3],
        [`/api/${encoded}`, 5],
      ] as const) {
        const [run] = base64Runs(around);
        expect(run).toEqual({ span: { from, to: from + encoded.length }, decoded: text });
      }
    }
  });

  it('takes for text what is UTF-8 without control characters', () => {
    const isText = (bytes: Uint8Array): boolean => {
      const text = Buffer.from(bytes).toString('utf8');
      return !text.includes('\ufffd') && !/[\x00-\x08\x0b\x0c\x0e-\x1f]/.test(text);
    };
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 12, maxLength: 24 }),
      fc.string({ unit: 'binary', minLength: 12, maxLength: 24 }).map((text) => new TextEncoder().encode(text)),
      fc
        .string({ unit: fc.constantFrom('a', 'ü', '€', '😀', '\n', '\x1f', '~'), minLength: 12 })
        .map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, (given) => {
        for (const alphabet of ['base64', 'base64url'] as const) {
          const encoded = Buffer.from(given).toString(alphabet);
          const whole = base64Runs(encoded).some(({ span }) => span.from === 0 && span.to === encoded.length);
          expect(whole).toBe(isText(given));
        }
      }),
    );
  });

  it('passes words, identifiers and noise by', () => {
    for (const text of [
      'internationalization',
      'd9b2d63da2334123847a7090b0b1d2e4',
      '/api/v1/users/profile/settings',
      'short',
    ]) {
      expect(base64Runs(text)).toEqual([]);
    }
  });
});
