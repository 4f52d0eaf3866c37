/** Logistic function. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** Writes the softmax of the logits to `out`, from `at` on. */
export function softmax(logits: Float32Array, out: Float32Array, at: number): void {
  let most = Number.NEGATIVE_INFINITY;
  for (const logit of logits) most = Math.max(most, logit);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += out[at + i] = Math.exp((logits[i] as number) - most);
  for (let i = 0; i < logits.length; i++) out[at + i] = (out[at + i] as number) / sum;
}
