/** 97.5 % quantile of the standard normal distribution: a two-sided interval of 95 %. */
const Z = 1.959963984540054;

/** A share of trials with its 95 % Wilson interval, all in [0, 1]. */
export interface RateRow {
  readonly name: string;
  readonly count: number;
  readonly of: number;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** How often something happened, by name, in the order in which names first came. */
export class RateTable {
  readonly #counts = new Map<string, { count: number; of: number }>();

  add(name: string, happened: boolean): void {
    const { count, of } = this.#counts.get(name) ?? { count: 0, of: 0 };
    this.#counts.set(name, { count: count + (happened ? 1 : 0), of: of + 1 });
  }

  rows(): RateRow[] {
    return Array.from(this.#counts, ([name, { count, of }]) => wilson(name, count, of));
  }

  total(name: string): RateRow {
    const counts = [...this.#counts.values()];
    return wilson(
      name,
      counts.reduce((sum, { count }) => sum + count, 0),
      counts.reduce((sum, { of }) => sum + of, 0),
    );
  }
}

/** E. B. Wilson's score interval (1927); an empty row is all ignorance: [0, 1]. */
function wilson(name: string, count: number, of: number): RateRow {
  if (of === 0) return { name, count, of, rate: 0, low: 0, high: 1 };
  const rate = count / of;
  const scale = 1 + (Z * Z) / of;
  const centre = (rate + (Z * Z) / (2 * of)) / scale;
  const half = (Z / scale) * Math.sqrt((rate * (1 - rate)) / of + (Z * Z) / (4 * of * of));
  return { name, count, of, rate, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
