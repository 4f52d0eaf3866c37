import { all, fused, lanes, plus, read, readAll, write } from './lanes';

/** Bytes of an entry of a list: where a row of weights begins, counted in bytes, and the number that it is multiplied by. */
const ENTRY: i32 = 8;
/**
 * Outputs that are computed at once. Weights lie in blocks of so many columns, `[blocks, inputs, 32]`, the last filled up with
 * zeros: read one after the other, they stay in the fastest cache.
 */
export const BLOCK: i32 = 32;
/** Bytes of a row of a block. */
export const BLOCK_ROW: i32 = 4 * BLOCK;

/** For each set of lanes, the bytes of a vector in which those lanes come first. */
// biome-ignore format: a line for each set
const TO_FRONT: usize = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  4, 5, 6, 7, 0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  8, 9, 10, 11, 0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15,
  0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15,
  4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 12, 13, 14, 15,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
  0, 1, 2, 3, 12, 13, 14, 15, 4, 5, 6, 7, 8, 9, 10, 11,
  4, 5, 6, 7, 12, 13, 14, 15, 0, 1, 2, 3, 8, 9, 10, 11,
  0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 8, 9, 10, 11,
  8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7,
  0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 4, 5, 6, 7,
  4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
], 16);

/**
 * Lists the numbers that are not 0: behind a ReLU, two in three are, and what is not listed costs nothing further on. An odd list
 * gets an entry that adds nothing, so that entries can be taken in pairs.
 *
 * @param row - row of weights that the first number is for; the others follow
 * @returns end of the list
 */
export function listNonZero<T>(list: usize, values: usize, count: i32, row: i32 = 0): usize {
  const first = row * BLOCK_ROW;
  const end = values + ((<usize>count) << 2);
  let at = list;
  let offset = first;
  // Written in any case and kept by moving on: a branch here would be guessed wrong every third time.
  if (isVector<T>()) {
    let offsets = i32x4.add(i32x4.splat(offset), i32x4(0, BLOCK_ROW, 2 * BLOCK_ROW, 3 * BLOCK_ROW));
    for (; values + 16 <= end; values += 16) {
      const numbers = v128.load(values);
      const kept = i32x4.bitmask(i32x4.ne(numbers, i32x4.splat(0)));
      const order = v128.load(TO_FRONT + ((<usize>kept) << 4));
      const keptOffsets = i8x16.swizzle(offsets, order);
      const keptNumbers = i8x16.swizzle(numbers, order);
      v128.store(at, i32x4.shuffle(keptOffsets, keptNumbers, 0, 4, 1, 5));
      v128.store(at, i32x4.shuffle(keptOffsets, keptNumbers, 2, 6, 3, 7), 16);
      at += <usize>popcnt<i32>(kept) * <usize>ENTRY;
      offsets = i32x4.add(offsets, i32x4.splat(4 * BLOCK_ROW));
    }
    offset = i32x4.extract_lane(offsets, 0);
  }
  for (; values < end; values += 4) {
    const bits = load<i32>(values);
    store<i32>(at, offset);
    store<i32>(at, bits, 4);
    at += <usize>(bits !== 0) * <usize>ENTRY;
    offset += BLOCK_ROW;
  }
  store<i32>(at, first);
  store<i32>(at, 0, 4);
  return at + ((at - list) & <usize>ENTRY);
}

/**
 * `out = start + ` the sum of the listed rows of a block of weights, each times its number: 32 floats. The list is from one address to
 * another, an even number of entries. Where weights begin may be an address that wraps around 0, as long as no row does.
 */
export function addRows<T>(out: usize, start: usize, weights: usize, from: usize, to: usize): void {
  const size = sizeof<T>();
  // Eight sums in registers hide how long one addition takes.
  for (let left = BLOCK; left > 0; left -= 8 * lanes<T>()) {
    let a = read<T>(start);
    let b = read<T>(start + size);
    let c = read<T>(start + 2 * size);
    let d = read<T>(start + 3 * size);
    let e = read<T>(start + 4 * size);
    let f = read<T>(start + 5 * size);
    let g = read<T>(start + 6 * size);
    let h = read<T>(start + 7 * size);
    for (let at = from; at < to; at += 2 * ENTRY) {
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
    start += 8 * size;
    weights += 8 * size;
  }
}

/** As `addRows`, of which only the first half is computed: 16 floats. */
export function addHalfRows<T>(out: usize, start: usize, weights: usize, from: usize, to: usize): void {
  const size = sizeof<T>();
  for (let left = BLOCK / 2; left > 0; left -= 4 * lanes<T>()) {
    let a = read<T>(start);
    let b = read<T>(start + size);
    let c = read<T>(start + 2 * size);
    let d = read<T>(start + 3 * size);
    // The second entry of a pair has sums of its own, so that there are eight all the same.
    let e = all<T>(0);
    let f = all<T>(0);
    let g = all<T>(0);
    let h = all<T>(0);
    for (let at = from; at < to; at += 2 * ENTRY) {
      const row = weights + load<u32>(at);
      const value = readAll<T>(at + 4);
      a = fused<T>(value, read<T>(row), a);
      b = fused<T>(value, read<T>(row + size), b);
      c = fused<T>(value, read<T>(row + 2 * size), c);
      d = fused<T>(value, read<T>(row + 3 * size), d);
      const next = weights + load<u32>(at, ENTRY);
      const nextValue = readAll<T>(at + ENTRY + 4);
      e = fused<T>(nextValue, read<T>(next), e);
      f = fused<T>(nextValue, read<T>(next + size), f);
      g = fused<T>(nextValue, read<T>(next + 2 * size), g);
      h = fused<T>(nextValue, read<T>(next + 3 * size), h);
    }
    write<T>(out, plus<T>(a, e));
    write<T>(out + size, plus<T>(b, f));
    write<T>(out + 2 * size, plus<T>(c, g));
    write<T>(out + 3 * size, plus<T>(d, h));
    out += 4 * size;
    start += 4 * size;
    weights += 4 * size;
  }
}
