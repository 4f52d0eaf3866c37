import { all, fused, lanes, read, rectified, sumOfLanes, write } from './lanes';
import { addRows, BLOCK, BLOCK_ROW, listNonZero } from './sparse';

/** `out = bias + values · weights`: `[width]`, `[width]`, `[count]`, `[width / 32, count, 32]`; `list` is room for a list of `count`. */
export function dense<T>(
  out: usize,
  bias: usize,
  weights: usize,
  values: usize,
  count: i32,
  width: i32,
  list: usize,
): void {
  memory.copy(out, bias, (<usize>width) << 2);
  addProduct<T>(out, weights, values, count, width, list);
}

/** The same, added to what is there. */
export function addProduct<T>(out: usize, weights: usize, values: usize, count: i32, width: i32, list: usize): void {
  const listed = listNonZero(list, values, count);
  for (let column = 0; column < width; column += BLOCK) {
    addRows<T>(out + ((<usize>column) << 2), weights, list, listed);
    weights += <usize>(count * BLOCK_ROW);
  }
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
