/** How long items took, in ms. */
export interface TimeSummary {
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Mean and nearest-rank percentiles; null of nothing. */
export function summarizeTimes(durationsMs: Float64Array): TimeSummary | null {
  const count = durationsMs.length;
  if (count === 0) return null;
  const rising = Float64Array.from(durationsMs).sort();
  const percentile = (share: number) => rising[Math.max(0, Math.ceil(share * count) - 1)] as number;
  const sumMs = rising.reduce((sum, duration) => sum + duration, 0);
  return { meanMs: sumMs / count, p50Ms: percentile(0.5), p99Ms: percentile(0.99) };
}
