import type { ApiSecurity } from './api-security.js';
import type { Assessment } from './assessment/assessment.js';
import { ensemble, type MemberScore } from './model/ensemble.js';
import type { ModelRole } from './model/manifest.js';
import { type Exemption, isExempt } from './policy/exemptions.js';

/**
 * The score that an assessment would have without what an exemption covers; null where it covers none of its evidence. By what is stored:
 * values that were not shown as evidence count as harmless, and the sequence as it was.
 */
export function scoreWithout(
  { request, tenant, at, evidence, scores }: Assessment,
  exemption: Exemption & { readonly tenant?: string | null },
  { options, models }: Pick<ApiSecurity, 'options' | 'models'>,
): number | null {
  const route = `${request.method} ${request.route}`;
  const rest = evidence.filter(({ place, category }) => !isExempt([exemption], { route, place, category, at, tenant }));
  if (rest.length === evidence.length) return null;
  const member = (role: ModelRole, score: number | null): MemberScore | null => {
    const certain = models.find(({ manifest }) => manifest.role === role)?.manifest.thresholds.certain ?? 1;
    return score === null ? null : { score, certain };
  };
  const content = Math.max(0, ...rest.map(({ score }) => score));
  const members = [member('content', content), member('flow', scores.flow), member('sequence', scores.bilstm)] as const;
  return ensemble(...members, options.weights) ?? 0;
}
