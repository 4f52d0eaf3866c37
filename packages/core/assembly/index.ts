import { copyBlocks } from './blocks';
import { contentRow, explainRow } from './content';
import { dense } from './dense';
import { flowRow } from './flow';
import { prepareSequence, sequenceRow } from './sequence';

/** Where the memory that is not the kernels' own begins. */
export function heap(): usize {
  return __heap_base;
}

/** See `contentRow`. */
export function content(tower: usize, length: i32, place: i32): i32 {
  if (ASC_FEATURE_SIMD) return contentRow<v128>(tower, length, place);
  return contentRow<f32>(tower, length, place);
}

/** See `explainRow`. */
export function explain(tower: usize, length: i32): void {
  if (ASC_FEATURE_SIMD) explainRow<v128>(tower, length);
  else explainRow<f32>(tower, length);
}

/** See `flowRow`. */
export function flow(tower: usize): f32 {
  if (ASC_FEATURE_SIMD) return flowRow<v128>(tower);
  return flowRow<f32>(tower);
}

/** See `prepareSequence`. */
export function prepare(network: usize): void {
  if (ASC_FEATURE_SIMD) prepareSequence<v128>(network);
  else prepareSequence<f32>(network);
}

/** See `sequenceRow`. */
export function sequence(network: usize): void {
  if (ASC_FEATURE_SIMD) sequenceRow<v128>(network);
  else sequenceRow<f32>(network);
}

/** See `dense`. */
export function product(
  out: usize,
  bias: usize,
  weights: usize,
  values: usize,
  count: i32,
  width: i32,
  list: usize,
): void {
  if (ASC_FEATURE_SIMD) dense<v128>(out, bias, weights, values, count, width, list);
  else dense<f32>(out, bias, weights, values, count, width, list);
}

/** See `copyBlocks`. */
export function blocks(
  out: usize,
  values: usize,
  outputs: i32,
  outputStride: i32,
  outer: i32,
  outerStride: i32,
  inner: i32,
  innerStride: i32,
): void {
  copyBlocks(out, values, outputs, outputStride, outer, outerStride, inner, innerStride);
}
