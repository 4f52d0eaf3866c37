/** What a model reaches on records that it did not train on. */
export interface Reached {
  /** Share of attacks at or above its own HIGH threshold, and of benign records. */
  readonly detection: number;
  readonly falseAlarms: number;
  /** Share of attacks found at false-positive rates that are the same for both models. */
  readonly curve: Readonly<Record<string, number>>;
}

/**
 * False-positive rates at which two models are compared, whatever thresholds they ship with: the rate that HIGH is set to, and
 * twice that. Further up, what decides is how often one service of the split repeats one value.
 */
export const COMPARED_AT: readonly number[] = [0.001, 0.0005];
/** A difference below it is noise: half the width of the interval of a rate near 90 % of about 3,500 requests. */
const TOLERANCE = 0.01;
/** False alarms may rise by this much: five of 10,000. */
const FALSE_ALARM_TOLERANCE = 0.0005;

export function reached(attacks: Float64Array, benign: Float64Array, high: number): Reached {
  const ordered = Float64Array.from(benign).sort().reverse();
  const above = (scores: Float64Array, threshold: number): number =>
    scores.filter((score) => score > threshold).length / Math.max(1, scores.length);
  return {
    detection: attacks.filter((score) => score >= high).length / Math.max(1, attacks.length),
    falseAlarms: benign.filter((score) => score >= high).length / Math.max(1, benign.length),
    curve: Object.fromEntries(
      COMPARED_AT.map((rate) => [`${rate * 100}%`, above(attacks, ordered[Math.floor(rate * ordered.length)] ?? 0)]),
    ),
  };
}

/**
 * Why a candidate must not replace the shipped model; empty when it may. It must find as much at each compared
 * false-positive rate, and at its own threshold neither lose detection nor raise more false alarms, beyond noise. A loss of
 * detection at its own threshold is accepted when false alarms fall with it: that is another operating point.
 */
export function reasonsToRefuse(candidate: Reached, shipped: Reached): string[] {
  const reasons: string[] = [];
  for (const [rate, found] of Object.entries(shipped.curve)) {
    const now = candidate.curve[rate] ?? 0;
    if (now < found - TOLERANCE)
      reasons.push(`finds ${percent(now)} instead of ${percent(found)} at ${rate} false alarms`);
  }
  const rise = candidate.falseAlarms - shipped.falseAlarms;
  if (rise > FALSE_ALARM_TOLERANCE)
    reasons.push(
      `flags ${percent(candidate.falseAlarms)} instead of ${percent(shipped.falseAlarms)} of benign records`,
    );
  if (candidate.detection < shipped.detection - TOLERANCE && rise >= 0)
    reasons.push(`finds ${percent(candidate.detection)} instead of ${percent(shipped.detection)} at its own threshold`);
  return reasons;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
