import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charactersOf } from './characters.js';
import { type DecodedValue, PLACE_KINDS } from './content-value.js';
import { NAME_LENGTH } from './value-name.js';
import {
  BOUNDARY_TOKEN,
  charRange,
  PAD_TOKEN,
  TEXT_LENGTH,
  WINDOW_LENGTH,
  WINDOW_STRIDE,
  type Windows,
  windowsOf,
} from './windows.js';

const NO_LIMIT = { windows: 100_000 };

function sample(decoded: string, kind: DecodedValue['kind'] = 'body', name = ''): DecodedValue {
  return {
    place: 'x',
    kind,
    name,
    text: decoded,
    decoded,
    chain: [],
    characters: charactersOf(decoded),
    plain: false,
  };
}

function row(windows: Windows, index: number): number[] {
  return [...windows.tokens.subarray(index * windows.length, (index + 1) * windows.length)];
}

const anyValues = fc.array(
  fc
    .tuple(
      fc.string({ unit: 'binary', maxLength: 700 }),
      fc.constantFrom(...PLACE_KINDS),
      fc.string({ unit: 'binary', maxLength: 40 }),
    )
    .map(([text, kind, name]) => sample(text, kind, name)),
  { maxLength: 6 },
);

describe('windowsOf', () => {
  it('gives a short value one row of name, boundary and lower-cased text, padded to a multiple of 32', () => {
    const windows = windowsOf([sample("' OR 1=1--", 'query', 'userId')], NO_LIMIT);
    expect(windows).toMatchObject({ count: 1, length: 32, truncated: false });
    expect(Buffer.from(row(windows, 0).slice(0, 6)).toString()).toBe('userid');
    expect(row(windows, 0)[6]).toBe(BOUNDARY_TOKEN);
    expect(Buffer.from(row(windows, 0).slice(7, 17)).toString()).toBe("' or 1=1--");
    expect(row(windows, 0).slice(17)).toEqual(Array(15).fill(PAD_TOKEN));
    expect([...windows.places]).toEqual([PLACE_KINDS.indexOf('query')]);
    expect([...windows.nameLengths]).toEqual([6]);
  });

  it('begins the row of a value without a name with the boundary', () => {
    const windows = windowsOf([sample('ab')], NO_LIMIT);
    expect(row(windows, 0).slice(0, 4)).toEqual([BOUNDARY_TOKEN, 0x61, 0x62, PAD_TOKEN]);
    expect([...windows.nameLengths]).toEqual([0]);
  });

  it('keeps the last bytes of a long name, and no half of a character', () => {
    const name = (text: string) => {
      const windows = windowsOf([sample('x', 'body', text)], NO_LIMIT);
      return Buffer.from(row(windows, 0).slice(0, windows.nameLengths[0])).toString();
    };
    expect(name(`${'x'.repeat(10_000)}_the_last_24_bytes_count`)).toBe('x_the_last_24_bytes_count'.slice(-NAME_LENGTH));
    expect(name('€'.repeat(9))).toBe('€'.repeat(8));
    expect(name(`€${'y'.repeat(NAME_LENGTH - 1)}`)).toBe('y'.repeat(NAME_LENGTH - 1));
  });

  it('repeats the name in every window of a long value, and leaves the text its room', () => {
    const named = windowsOf([sample('x'.repeat(1000), 'body', 'n'.repeat(99))], NO_LIMIT);
    expect(named.length).toBe(WINDOW_LENGTH);
    expect([...named.nameLengths]).toEqual(Array(named.count).fill(NAME_LENGTH));
    const unnamed = windowsOf([sample('x'.repeat(1000))], NO_LIMIT);
    expect([...unnamed.offsets]).toEqual([...named.offsets]);
  });

  it('makes the longest window the length of the batch', () => {
    expect(windowsOf([sample('a'), sample('b'.repeat(63))], NO_LIMIT).length).toBe(64);
    expect(windowsOf([sample('a'), sample('b'.repeat(63), 'body', 'b')], NO_LIMIT).length).toBe(96);
    expect(windowsOf([sample('a'), sample('b'.repeat(5000))], NO_LIMIT).length).toBe(WINDOW_LENGTH);
    expect(windowsOf([], NO_LIMIT)).toMatchObject({ count: 0, truncated: false });
  });

  it('cuts a long value into overlapping windows, the last of which ends with it', () => {
    const windows = windowsOf([sample('x'.repeat(500))], NO_LIMIT);
    expect([...windows.offsets]).toEqual([0, WINDOW_STRIDE, 500 - TEXT_LENGTH]);
    expect(windowsOf([sample('x'.repeat(TEXT_LENGTH))], NO_LIMIT).count).toBe(1);
    expect(windowsOf([sample('x'.repeat(TEXT_LENGTH + 1))], NO_LIMIT).count).toBe(2);
  });

  it('covers every byte of every value', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const windows = windowsOf(values, NO_LIMIT);
        const rebuilt = values.map((value) => Buffer.alloc(Buffer.byteLength(value.decoded), 0xff));
        for (let i = 0; i < windows.count; i++) {
          const bytes = row(windows, i)
            .slice(windows.nameLengths[i]! + 1)
            .filter((token) => token !== PAD_TOKEN);
          Buffer.from(bytes).copy(rebuilt[windows.owners[i]!]!, windows.offsets[i]);
        }
        const expected = values.map((value) =>
          Buffer.from(value.decoded.replace(/[A-Z]/g, (letter) => letter.toLowerCase())),
        );
        expect(rebuilt).toEqual(expected);
      }),
    );
  });

  it('gives a batch the rows that its values have alone', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const batch = windowsOf(values, NO_LIMIT);
        const alone = values.flatMap((value) => {
          const single = windowsOf([value], NO_LIMIT);
          return Array.from({ length: single.count }, (_, i) => row(single, i).filter((token) => token !== PAD_TOKEN));
        });
        expect(Array.from({ length: batch.count }, (_, i) => row(batch, i).filter((t) => t !== PAD_TOKEN))).toEqual(
          alone,
        );
      }),
    );
  });

  it('never exceeds the limit, and says so exactly when it left windows out', () => {
    fc.assert(
      fc.property(anyValues, fc.integer({ min: 1, max: 12 }), (values, limit) => {
        const all = windowsOf(values, NO_LIMIT);
        const some = windowsOf(values, { windows: limit });
        expect(some.count).toBeLessThanOrEqual(limit);
        expect(some.truncated).toBe(some.count < all.count);
        expect(some.truncated).toBe(all.count > limit);
      }),
    );
  });

  it('keeps head and tail of a value that is too long, and short values whole', () => {
    const windows = windowsOf([sample('short'), sample('x'.repeat(10_000)), sample('also short')], { windows: 6 });
    expect([...windows.owners]).toEqual([0, 1, 1, 1, 1, 2]);
    expect([...windows.offsets]).toEqual([0, 0, WINDOW_STRIDE, 9680, 10_000 - TEXT_LENGTH, 0]);
    expect(windows.truncated).toBe(true);
  });

  it('keeps the first and the last values when there are more values than windows', () => {
    const values = Array.from({ length: 10 }, (_, i) => sample(`value ${i}`));
    expect([...windowsOf(values, { windows: 5 }).owners]).toEqual([0, 1, 2, 8, 9]);
  });
});

describe('charRange', () => {
  it('maps bytes to characters, the whole of those that are cut', () => {
    const text = 'a€😀b';
    expect(charRange(text, 0, 1)).toEqual({ from: 0, to: 1 });
    expect(charRange(text, 1, 4)).toEqual({ from: 1, to: 2 });
    expect(charRange(text, 2, 3)).toEqual({ from: 1, to: 2 });
    expect(charRange(text, 5, 6)).toEqual({ from: 2, to: 4 });
    expect(charRange(text, 8, 9)).toEqual({ from: 4, to: 5 });
    expect(charRange(text, 8, 999)).toEqual({ from: 4, to: 5 });
    expect(charRange(text, 999, 1000)).toEqual({ from: 5, to: 5 });
  });

  it('finds again what stands at any byte range', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), fc.nat(), (text, a, b) => {
        const from = a % (text.length + 1);
        const to = from + (b % (text.length - from + 1));
        fc.pre(
          text.isWellFormed() && text.slice(0, from).isWellFormed() && text.slice(0, to).isWellFormed() && from < to,
        );
        const start = Buffer.byteLength(text.slice(0, from));
        expect(charRange(text, start, Buffer.byteLength(text.slice(0, to)))).toEqual({ from, to });
      }),
    );
  });
});
