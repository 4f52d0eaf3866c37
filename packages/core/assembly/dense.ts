import { all, fused, lanes, read, rectified, sumOfLanes, write } from './lanes';
import { addHalfRows, addRows, BLOCK, BLOCK_ROW, listNonZero } from './sparse';

/**
 * `out = bias + values · weights`: `[width]`, `[width]`, `[count]`, `[width / 32, count, 32]`, the width a multiple of 16; `list` is room
 * for a list of `count`.
 */
export function dense<T>(
  out: usize,
  bias: usize,
  weights: usize,
  values: usize,
  count: i32,
  width: i32,
  list: usize,
): void {
  const end = listNonZero<T>(list, values, count);
  for (; width >= BLOCK; width -= BLOCK) {
    addRows<T>(out, bias, weights, list, end);
    out += <usize>BLOCK_ROW;
    bias += <usize>BLOCK_ROW;
    weights += <usize>(count * BLOCK_ROW);
  }
  if (width > 0) addHalfRows<T>(out, bias, weights, list, end);
}

/** ReLU, in place. */
export function rectify<T>(values: usize, count: i32): void {
  for (let i = 0; i < count; i += lanes<T>()) {
    const at = values + ((<usize>i) << 2);
    write<T>(at, rectified<T>(read<T>(at)));
  }
}

/** Scalar product of `count` floats. */
export function dot<T>(a: usize, b: usize, count: i32): f32 {
  let sum = all<T>(0);
  for (let i = 0; i < count; i += lanes<T>()) {
    const at = (<usize>i) << 2;
    sum = fused<T>(read<T>(a + at), read<T>(b + at), sum);
  }
  return sumOfLanes<T>(sum);
}
