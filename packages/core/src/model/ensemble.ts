/** Relative weights of the two members; they need not sum to 1. */
export interface EnsembleWeights {
  readonly cnn: number;
  readonly bilstm: number;
}

/** A member's calibrated score, with the threshold above which it stands on its own. */
export interface MemberScore {
  /** In [0, 1]. */
  readonly score: number;
  /** From the member's manifest: at most 0.01 % of benign traffic lies above it. */
  readonly certain: number;
}

/** The request CNN's two towers as one member. Null where both are absent. */
export function requestCnn(content: MemberScore | null, flow: MemberScore | null): number | null {
  if (content === null && flow === null) return null;
  return 1 - (1 - (content?.score ?? 0)) * (1 - (flow?.score ?? 0));
}

/**
 * One score from the members: `max(0.6·cnn + 0.4·bilstm, cnn if certain, bilstm if certain)`.
 *
 * The mean alone would hide attacks that only one member can see; a certain member's own score therefore stands.
 * An absent member is left out and the weights of the others count in full: it is never read as 0 or as 1.
 *
 * @returns the score in [0, 1]; null when every member is absent
 */
export function ensemble(
  content: MemberScore | null,
  flow: MemberScore | null,
  bilstm: MemberScore | null,
  weights: EnsembleWeights,
): number | null {
  const cnn = requestCnn(content, flow);
  if (cnn === null) return bilstm?.score ?? null;
  if (bilstm === null) return cnn;
  const mean = (weights.cnn * cnn + weights.bilstm * bilstm.score) / (weights.cnn + weights.bilstm);
  const cnnStands = isCertain(content) || isCertain(flow) ? cnn : 0;
  const bilstmStands = isCertain(bilstm) ? bilstm.score : 0;
  return Math.max(mean, cnnStands, bilstmStands);
}

function isCertain(member: MemberScore | null): boolean {
  return member !== null && member.score >= member.certain;
}
