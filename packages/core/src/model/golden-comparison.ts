import { isDeepStrictEqual } from 'node:util';

/** Largest difference between a golden number and ours: what float32 arithmetic in another order may cost. */
export const GOLDEN_TOLERANCE = 1e-4;

/** How well a model reproduces what training saw. */
export interface GoldenResult {
  /** Vectors compared. */
  readonly entries: number;
  /** Largest difference of any output number. */
  readonly worst: number;
  /** Where it was, e.g. `entry 12, score`; null when nothing differed. */
  readonly worstAt: string | null;
  /** The first thing that should be equal or there and is not, e.g. `entry 3, tokens`; null when there is none. */
  readonly unlike: string | null;
}

/** What is wrong with a model that was compared, for people; null when nothing is. */
export function goldenProblem({ unlike, worst, worstAt }: GoldenResult): string | null {
  if (unlike !== null) return `${unlike} is not what training saw`;
  return worst <= GOLDEN_TOLERANCE
    ? null
    : `${worstAt} is ${worst.toExponential(1)} off, more than ${GOLDEN_TOLERANCE}`;
}

/** Collects how what came out differs from what should. */
export class GoldenComparison {
  #worst = 0;
  #worstAt: string | null = null;
  #unlike: string | null = null;

  /** Numbers may deviate a little; a missing one, or one that is no number, may not. */
  close(entry: number, what: string, wanted: readonly number[], got: ArrayLike<number>): void {
    const place = `entry ${entry}, ${what}`;
    if (wanted.length !== got.length) this.#unlike ??= place;
    for (const [i, value] of wanted.entries()) {
      const deviation = Math.abs(value - (got[i] ?? Number.NaN));
      if (Number.isNaN(deviation)) this.#unlike ??= place;
      if (!(deviation > this.#worst)) continue;
      this.#worst = deviation;
      this.#worstAt = place;
    }
  }

  equal(entry: number, what: string, wanted: unknown, got: unknown): void {
    if (!isDeepStrictEqual(wanted, got)) this.#unlike ??= `entry ${entry}, ${what}`;
  }

  result(entries: number): GoldenResult {
    return { entries, worst: this.#worst, worstAt: this.#worstAt, unlike: this.#unlike };
  }
}
