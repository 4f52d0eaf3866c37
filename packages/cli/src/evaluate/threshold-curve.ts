import { type Rate, wilson } from './wilson.js';

/** False-positive rates at which the detection rate is given. */
const TARGET_RATES = [0.01, 0.005, 0.001, 0.0005] as const;

/** What a threshold chosen for a false-positive rate would detect. */
export interface CurvePoint {
  /** The false-positive rate asked for, in [0, 1]. */
  readonly target: number;
  /** The lowest observed score that keeps to it: a score that reaches it counts. Null where no observed score does. */
  readonly threshold: number | null;
  /** Attacks that reach the threshold. */
  readonly detection: Rate;
  /** Benign items that reach it: at most the target. */
  readonly falsePositives: Rate;
}

/**
 * For each target the lowest threshold that at most that share of the benign scores reach, and what it detects. Equal scores
 * cannot be told apart by a threshold: they fall on one side together.
 *
 * @param attacks - scores in [0, 1], any order
 * @param benign - likewise
 */
export function thresholdCurve(
  attacks: Float64Array,
  benign: Float64Array,
  targets: readonly number[] = TARGET_RATES,
): CurvePoint[] {
  const attack = Float64Array.from(attacks).sort();
  const harmless = Float64Array.from(benign).sort();
  return targets.map((target) => {
    // The small addition takes back what binary fractions lose: 0.0005 × 2000 must allow 1.
    const allowed = Math.floor(target * harmless.length + 1e-9);
    // Everything must lie above the strongest benign score that is not allowed.
    const floor = harmless[harmless.length - 1 - allowed] ?? Number.NEGATIVE_INFINITY;
    const firstAttack = firstAbove(attack, floor);
    const firstBenign = firstAbove(harmless, floor);
    const threshold = Math.min(
      attack[firstAttack] ?? Number.POSITIVE_INFINITY,
      harmless[firstBenign] ?? Number.POSITIVE_INFINITY,
    );
    return {
      target,
      threshold: Number.isFinite(threshold) ? threshold : null,
      detection: wilson(attack.length - firstAttack, attack.length),
      falsePositives: wilson(harmless.length - firstBenign, harmless.length),
    };
  });
}

/** Index of the first number above `floor` in a rising list; its length when there is none. */
function firstAbove(rising: Float64Array, floor: number): number {
  let from = 0;
  let to = rising.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((rising[middle] as number) > floor) to = middle;
    else from = middle + 1;
  }
  return from;
}
