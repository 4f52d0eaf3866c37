import { BLOCK } from './sparse';

/**
 * Copies a matrix of weights into blocks, as `addRows` reads them: `[outputs / 32, outer * inner, 32]`, the last filled up with what
 * is there. Its inputs are numbered by two dimensions, of which `inner` moves faster; a stride is in floats.
 */
export function copyBlocks(
  out: usize,
  values: usize,
  outputs: i32,
  outputStride: i32,
  outer: i32,
  outerStride: i32,
  inner: i32,
  innerStride: i32,
): void {
  for (let from = 0; from < outputs; from += BLOCK) {
    const columns = min(BLOCK, outputs - from);
    for (let i = 0; i < outer; i++) {
      for (let j = 0; j < inner; j++) {
        let at = values + ((<usize>(from * outputStride + i * outerStride + j * innerStride)) << 2);
        for (let column = 0; column < columns; column++) {
          store<f32>(out + ((<usize>column) << 2), load<f32>(at));
          at += (<usize>outputStride) << 2;
        }
        out += 4 * BLOCK;
      }
    }
  }
}
