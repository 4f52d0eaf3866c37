import type { Assessment } from '../assessment/assessment.js';
import type { Statistics } from './store.js';

/** Sums over assessments. */
export function summarise(assessments: Iterable<Assessment>): Statistics {
  const levels = { low: 0, medium: 0, high: 0, critical: 0 };
  const categories = new Map<string, number>();
  let requests = 0;
  let rejected = 0;
  let scores = 0;
  for (const { level, category, decision, score } of assessments) {
    requests += 1;
    scores += score;
    levels[level] += 1;
    if (decision.action === 'deny') rejected += 1;
    if (level !== 'low' && category !== null) categories.set(category, (categories.get(category) ?? 0) + 1);
  }
  return {
    requests,
    threats: requests - levels.low,
    rejected,
    meanScore: requests === 0 ? 0 : scores / requests,
    levels,
    categories: Object.fromEntries(categories),
  };
}
