import type { ObservedResponse } from '../observation/observation.js';
import type { Assessment, Decision } from './assessment.js';
import { DetailedBelief } from './detailed-belief.js';

/**
 * The assessment of a subject that has ended. Its request is described now, so that nothing secret is kept for later; features and
 * signals still are when somebody looks at them.
 */
export function completeAssessment(assessment: Assessment, decision: Decision, response: ObservedResponse): Assessment {
  const details = DetailedBelief.detailsOf(assessment);
  void details.request;
  return Object.assign(new DetailedBelief(assessment, details), { decision, response });
}
