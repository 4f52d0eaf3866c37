import { type Rate, wilson } from './wilson.js';

/** The rate of one group. */
export interface Group extends Rate {
  readonly name: string;
}

/** Names told apart; what comes later is counted under {@link OTHERS}, so that a field with endless values cannot fill memory. */
const MAX_GROUPS = 10_000;
const OTHERS = '(others)';

/** How often something happened, by name. */
export class GroupedRates {
  readonly #counts = new Map<string, { count: number; total: number }>();

  add(name: string, happened: boolean): void {
    const key = this.#counts.has(name) || this.#counts.size < MAX_GROUPS ? name : OTHERS;
    const { count, total } = this.#counts.get(key) ?? { count: 0, total: 0 };
    this.#counts.set(key, { count: count + (happened ? 1 : 0), total: total + 1 });
  }

  /** Largest group first. */
  groups(): Group[] {
    return Array.from(this.#counts, ([name, { count, total }]) => ({ name, ...wilson(count, total) })).sort(
      (a, b) => b.total - a.total || (a.name < b.name ? -1 : 1),
    );
  }

  overall(): Rate {
    let count = 0;
    let total = 0;
    for (const counts of this.#counts.values()) {
      count += counts.count;
      total += counts.total;
    }
    return wilson(count, total);
  }
}
