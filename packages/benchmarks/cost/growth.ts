/** What something of a size cost. */
export interface Point {
  readonly size: number;
  /** Median, in µs. */
  readonly micros: number;
}

/**
 * How a cost grows with size: the slope of the line through the points in log-log. 0 is not at all, 1 in proportion, 2 with
 * the square. Only the upper part counts, sizes within a factor of 100 of the largest: below, what every request costs hides it.
 *
 * @param points - by size, smallest first; at least two
 */
export function growth(points: readonly Point[]): number {
  const largest = points.at(-1)?.size ?? 1;
  const upper = points.filter(({ size }) => size * 100 >= largest);
  const xs = upper.map(({ size }) => Math.log(size));
  const ys = upper.map(({ micros }) => Math.log(micros));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const rise = xs.reduce((sum, x, i) => sum + (x - meanX) * ((ys[i] ?? 0) - meanY), 0);
  const run = xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
  return rise / run;
}
