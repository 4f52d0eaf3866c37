/** 97.5 % quantile of the standard normal distribution: a two-sided interval of 95 %. */
const Z = 1.959963984540054;

/** A share of a number of trials with its 95 % confidence interval. All in [0, 1]. */
export interface Rate {
  readonly count: number;
  readonly total: number;
  /** `count / total`; null when there was nothing to count. */
  readonly rate: number | null;
  readonly low: number;
  readonly high: number;
}

/**
 * The Wilson score interval of a proportion: right for small numbers and for shares near 0 and 1, where the usual one is not.
 * (E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927.)
 *
 * @param count - in [0, total]
 */
export function wilson(count: number, total: number): Rate {
  if (total === 0) return { count, total, rate: null, low: 0, high: 1 };
  const rate = count / total;
  const z2 = Z * Z;
  const scale = 1 + z2 / total;
  const centre = (rate + z2 / (2 * total)) / scale;
  const half = (Z / scale) * Math.sqrt((rate * (1 - rate)) / total + z2 / (4 * total * total));
  return {
    count,
    total,
    rate,
    // Exact at the ends, where rounding would leave 1e-18 or 0.9999…
    low: count === 0 ? 0 : Math.max(0, centre - half),
    high: count === total ? 1 : Math.min(1, centre + half),
  };
}
