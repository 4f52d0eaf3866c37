import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor, pageLimit } from './paging.js';

describe('cursors', () => {
  it('bring every id back', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(decodeCursor(encodeCursor(id))).toBe(id);
      }),
    );
  });

  it('are refused with a code unless a page gave them', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.base64String()), (text) => {
        try {
          expect(encodeCursor(decodeCursor(text))).toBe(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'API_SECURITY_STORE_INPUT_INVALID' });
        }
      }),
    );
    expect(() => decodeCursor('A'.repeat(23))).toThrow(
      expect.objectContaining({ code: 'API_SECURITY_STORE_INPUT_INVALID' }),
    );
  });
});

describe('pageLimit', () => {
  it('is 20 unless given', () => {
    expect(pageLimit()).toBe(20);
    expect(pageLimit(200)).toBe(200);
  });

  it.each([0, 201, 1.5, Number.NaN, '10' as never])('refuses %o', (limit) => {
    expect(() => pageLimit(limit)).toThrow(expect.objectContaining({ code: 'API_SECURITY_STORE_INPUT_INVALID' }));
  });
});
