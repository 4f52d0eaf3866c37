import type { Alert } from './alert.js';

/** One alert of what two knew of it: the same whichever came first, but for assessments of equal scores and two acknowledgements. */
export function mergeAlerts(known: Alert, newer: Alert): Alert {
  return {
    ...known,
    assessment: newer.assessment.score > known.assessment.score ? newer.assessment : known.assessment,
    count: Math.max(known.count, newer.count),
    firstAt: Math.min(known.firstAt, newer.firstAt),
    lastAt: Math.max(known.lastAt, newer.lastAt),
    acknowledged: known.acknowledged ?? newer.acknowledged,
  };
}
