/**
 * A tensor of two or three dimensions with these in another order, as `numpy.transpose`.
 *
 * @param order - which dimension of `values` each of the result is
 */
export function permuted(values: Float32Array, dims: readonly number[], order: readonly number[]): Float32Array {
  const strideOf = (from: number) => dims.slice(from + 1).reduce((product, dim) => product * dim, 1);
  const three = order.length === 2 ? [{ size: 1, stride: 0 }] : [];
  for (const from of order) three.push({ size: dims[from] as number, stride: strideOf(from) });
  const [outer, middle, inner] = three as [Axis, Axis, Axis];
  const out = new Float32Array(values.length);
  let at = 0;
  for (let i = 0; i < outer.size; i++) {
    for (let j = 0; j < middle.size; j++) {
      let source = i * outer.stride + j * middle.stride;
      for (let k = 0; k < inner.size; k++, source += inner.stride) out[at++] = values[source] as number;
    }
  }
  return out;
}

interface Axis {
  readonly size: number;
  readonly stride: number;
}
