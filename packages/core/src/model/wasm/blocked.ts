/** Outputs that the kernels compute at once. */
const BLOCK = 32;

/**
 * A matrix in blocks of 32 columns, as the kernels read it: `[inputs, outputs]` → `[blocks, inputs, 32]`, filled up with zeros.
 * A bias is a matrix of one input.
 */
export function blocked(matrix: Float32Array, inputs: number): Float32Array {
  const outputs = matrix.length / inputs;
  const blocks = Math.ceil(outputs / BLOCK);
  const out = new Float32Array(blocks * inputs * BLOCK);
  for (let input = 0; input < inputs; input++) {
    for (let output = 0; output < outputs; output++) {
      const block = Math.floor(output / BLOCK);
      out[(block * inputs + input) * BLOCK + (output % BLOCK)] = matrix[input * outputs + output] as number;
    }
  }
  return out;
}
