import type { ApiSecurity, Assessment } from '@api-security/core';

/** Tells of assessments whether a member was certain: its own score reached the threshold in the manifest of the model that is here now. */
export function certaintyOf({ models }: Pick<ApiSecurity, 'models'>): (scores: Assessment['scores']) => boolean {
  const thresholds = new Map(models.map(({ manifest }) => [manifest.role, manifest.thresholds.certain]));
  const reached = (score: number | null, threshold: number | undefined): boolean =>
    score !== null && threshold !== undefined && score >= threshold;
  return ({ content, flow, bilstm }) =>
    reached(content, thresholds.get('content')) ||
    reached(flow, thresholds.get('flow')) ||
    reached(bilstm, thresholds.get('sequence'));
}
