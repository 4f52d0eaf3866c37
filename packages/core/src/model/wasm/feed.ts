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
  const [rows = 0, ...rest] = tensor?.dims ?? [];
  const size = tail.reduce((product, dim) => product * dim, rows);
  const fits =
    tensor?.data instanceof kind &&
    Number.isInteger(rows) &&
    rows >= 0 &&
    rest.length === tail.length &&
    rest.every((dim, i) => dim === tail[i]) &&
    tensor.data.length === size;
  if (!fits) throw misfit(`Input "${name}" must be [batch${tail.map((dim) => `, ${dim}`).join('')}].`);
  return tensor.data as T;
}

export function misfit(detail: string): ApiSecurityError {
  return new ApiSecurityError('API_SECURITY_MODEL_SHAPE_MISMATCH', detail);
}
