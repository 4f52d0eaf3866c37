import { copyBlocks } from './blocks';
import { contentRow, explainRow } from './content';
import { addProduct } from './dense';
import { flowRow } from './flow';
import { prepareSequence, sequenceRow } from './sequence';

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

/** See `addProduct`. */
export function product(out: usize, weights: usize, values: usize, count: i32, width: i32, list: usize): void {
  if (ASC_FEATURE_SIMD) addProduct<v128>(out, weights, values, count, width, list);
  else addProduct<f32>(out, weights, values, count, width, list);
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
