import { all, compressed, lanes, larger, minus, read, smaller, times, write } from './lanes';

/** Standardised values are clamped to ± this. */
const LIMIT: f32 = 6;

/** `out = clamp((compress(values) - mean) * inverse) * present * share`, `count` floats each. */
export function standardise<T>(
  out: usize,
  values: usize,
  mean: usize,
  inverse: usize,
  present: usize,
  share: f32,
  count: i32,
): void {
  for (let i = 0; i < count; i += lanes<T>()) {
    const at = (<usize>i) << 2;
    const scaled = times<T>(minus<T>(compressed<T>(read<T>(values + at)), read<T>(mean + at)), read<T>(inverse + at));
    const clamped = smaller<T>(larger<T>(scaled, all<T>(-LIMIT)), all<T>(LIMIT));
    write<T>(out + at, times<T>(times<T>(clamped, read<T>(present + at)), all<T>(share)));
  }
}
