import type { ObservedResponse } from '../observation/observation.js';
import type { Assessment, Decision } from './assessment.js';

/**
 * The assessment of a subject that has ended. Its request is described now, so that nothing secret is kept for later; features and
 * signals still are when somebody looks at them.
 */
export function completeAssessment(assessment: Assessment, decision: Decision, response: ObservedResponse): Assessment {
  const { id, at, subject, mode, tenant, client, request, score, level, scores, category, categories } = assessment;
  const { evidence, unusual, recommendation, inspectedBytes, binaryBytes, truncated, unparsed, degraded } = assessment;
  return {
    id,
    at,
    subject,
    mode,
    tenant,
    client,
    request,
    score,
    level,
    scores,
    category,
    categories,
    evidence,
    get features() {
      return assessment.features;
    },
    get signals() {
      return assessment.signals;
    },
    unusual,
    recommendation,
    decision,
    inspectedBytes,
    binaryBytes,
    truncated,
    unparsed,
    degraded,
    durationMs: assessment.durationMs,
    response,
  };
}
