import { describe, expect, it } from 'vitest';
import type { ApiSecurity } from './api-security.js';
import { DEFAULTS } from './options.js';
import { scoreWithout } from './score-without.js';
import { assessmentOf } from './testing/sample-assessments.js';

const security = {
  options: { weights: DEFAULTS.weights },
  models: ['content', 'flow', 'sequence'].map((role) => ({ manifest: { role, thresholds: { certain: 0.95 } } })),
} as unknown as Pick<ApiSecurity, 'options' | 'models'>;

const ROUTE = 'GET /users/{id}';
const [sqli] = assessmentOf().evidence;
const both = assessmentOf({
  evidence: [sqli, { ...sqli, place: 'query.q', category: 'xss', score: 0.5 }] as never,
});

describe('the score without what is exempt', () => {
  it('is that of what remains', () => {
    const score = scoreWithout(both, { route: ROUTE, field: 'query.sort' }, security);
    expect(score).toBeCloseTo(0.6 * 0.5 + 0.4 * 0.21);
    expect(scoreWithout(both, { route: ROUTE }, security)).toBeCloseTo(0.4 * 0.21);
  });

  it('keeps what a certain member said', () => {
    const strong = { ...both, scores: { ...both.scores, flow: 0.96, bilstm: 0.97 } };
    expect(scoreWithout(strong, { route: ROUTE }, security)).toBeCloseTo(0.97);
    expect(scoreWithout(both, { route: ROUTE, category: 'xss' }, security)).toBeCloseTo(0.97);
  });

  it.each([
    [{ route: 'POST /users/{id}' }],
    [{ route: ROUTE, field: 'query.other' }],
    [{ route: ROUTE, category: 'traversal' as const }],
    [{ route: ROUTE, tenant: 'a' }],
  ])('is none where %o covers nothing', (exemption) => {
    expect(scoreWithout(both, exemption, security)).toBe(null);
  });
});
