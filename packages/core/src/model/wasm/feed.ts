import { ApiSecurityError } from '../../errors.js';
import type { Tensor } from '../runtime.js';

/**
 * An input of a run.
 *
 * @param tail - the dimensions after the batch
 * @throws `API_SECURITY_MODEL_SHAPE_MISMATCH`
 */
export function feedOf<T extends Float32Array | Int32Array>(
  feeds: Readonly<Record<string, Tensor>>,
  name: string,
  kind: new (length: number) => T,
  tail: readonly number[],
): T {
  const tensor = feeds[name];
  let size = tensor?.dims[0] ?? 0;
  let fits = Number.isInteger(size) && size >= 0 && tensor?.dims.length === tail.length + 1;
  for (let i = 0; i < tail.length; i++) {
    if (tensor?.dims[i + 1] !== tail[i]) fits = false;
    size *= tail[i] as number;
  }
  const data = tensor?.data;
  if (!fits || !(data instanceof kind) || data.length !== size) {
    throw misfit(`Input "${name}" must be [batch${tail.map((dim) => `, ${dim}`).join('')}].`);
  }
  return data;
}

/** One row of an input; the input itself where that is all of it, because a view costs more than copying what it shows. */
export function rowOf<T extends Float32Array | Int32Array>(rows: T, row: number, width: number): T {
  return rows.length === width ? rows : (rows.subarray(row * width, (row + 1) * width) as T);
}

export function misfit(detail: string): ApiSecurityError {
  return new ApiSecurityError('API_SECURITY_MODEL_SHAPE_MISMATCH', detail);
}
