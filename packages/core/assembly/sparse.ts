import { fused, lanes, read, readAll, write } from './lanes';

/** Bytes of an entry of a list: where a row of weights begins, counted in bytes, and the number that it is multiplied by. */
const ENTRY: i32 = 8;
/**
 * Outputs that are computed at once. Weights lie in blocks of so many columns, `[blocks, inputs, 32]`, the last filled up with
 * zeros: read one after the other, they stay in the fastest cache.
 */
export const BLOCK: i32 = 32;
/** Bytes of a row of a block. */
export const BLOCK_ROW: i32 = 4 * BLOCK;

/** Room that the list of so many numbers needs, in bytes. */
export function listBytes(count: i32): i32 {
  return (count + 1) * ENTRY;
}

/**
 * Lists the numbers that are not 0: behind a ReLU, two in three are, and what is not listed costs nothing further on. An odd list
 * gets an entry that adds nothing, so that entries can be taken in pairs.
 *
 * @returns entries written, an even number
 */
export function listNonZero(list: usize, values: usize, count: i32): i32 {
  let at = list;
  for (let i = 0; i < count; i++) {
    const value = load<f32>(values + ((<usize>i) << 2));
    store<i32>(at, i * BLOCK_ROW);
    store<f32>(at, value, 4);
    // Written in any case and kept by moving on: a branch here would be guessed wrong every third time.
    at += value !== 0 ? <usize>ENTRY : <usize>0;
  }
  store<i64>(at, 0);
  const written = <i32>(at - list) / ENTRY;
  return written + (written & 1);
}

/** Adds each listed row of a block of weights, times its number, to the 32 floats at `out`. `count` is even. */
export function addRows<T>(out: usize, weights: usize, list: usize, count: i32): void {
  const size = sizeof<T>();
  const end = list + <usize>(count * ENTRY);
  // Eight sums in registers hide how long one addition takes.
  for (let left = BLOCK; left > 0; left -= 8 * lanes<T>()) {
    let a = read<T>(out);
    let b = read<T>(out + size);
    let c = read<T>(out + 2 * size);
    let d = read<T>(out + 3 * size);
    let e = read<T>(out + 4 * size);
    let f = read<T>(out + 5 * size);
    let g = read<T>(out + 6 * size);
    let h = read<T>(out + 7 * size);
    for (let at = list; at < end; at += 2 * ENTRY) {
      const row = weights + load<u32>(at);
      const value = readAll<T>(at + 4);
      a = fused<T>(value, read<T>(row), a);
      b = fused<T>(value, read<T>(row + size), b);
      c = fused<T>(value, read<T>(row + 2 * size), c);
      d = fused<T>(value, read<T>(row + 3 * size), d);
      e = fused<T>(value, read<T>(row + 4 * size), e);
      f = fused<T>(value, read<T>(row + 5 * size), f);
      g = fused<T>(value, read<T>(row + 6 * size), g);
      h = fused<T>(value, read<T>(row + 7 * size), h);
      const next = weights + load<u32>(at, ENTRY);
      const nextValue = readAll<T>(at + ENTRY + 4);
      a = fused<T>(nextValue, read<T>(next), a);
      b = fused<T>(nextValue, read<T>(next + size), b);
      c = fused<T>(nextValue, read<T>(next + 2 * size), c);
      d = fused<T>(nextValue, read<T>(next + 3 * size), d);
      e = fused<T>(nextValue, read<T>(next + 4 * size), e);
      f = fused<T>(nextValue, read<T>(next + 5 * size), f);
      g = fused<T>(nextValue, read<T>(next + 6 * size), g);
      h = fused<T>(nextValue, read<T>(next + 7 * size), h);
    }
    write<T>(out, a);
    write<T>(out + size, b);
    write<T>(out + 2 * size, c);
    write<T>(out + 3 * size, d);
    write<T>(out + 4 * size, e);
    write<T>(out + 5 * size, f);
    write<T>(out + 6 * size, g);
    write<T>(out + 7 * size, h);
    out += 8 * size;
    weights += 8 * size;
  }
}
