import { type Assessment as AssessmentRow, scoreWithout } from '@api-security/core';
import { z } from 'zod';
import { acknowledgeAlert } from '../acknowledge-alert.js';
import { audited } from '../audited.js';
import { findAlert } from '../find-alert.js';
import { newestThreats } from '../newest-threats.js';
import { Problem } from '../problem.js';
import { route } from '../route.js';
import { Assessment, ExemptionScope, Note, StoredExemption } from '../schemas.js';
import { isVisible } from '../settings-answer.js';

/** Requests that are shown with a preview. */
const MAX_EXAMPLES = 10;
/** A year, and a day for clocks that differ: what is looked at more seldom is forgotten. */
const MAX_MS = 366 * 24 * 3_600_000;

export const preview = route({
  method: 'POST',
  path: '/api/exemptions/preview',
  right: 'read',
  summary: 'What an exemption would have let through of the newest 1,000 requests above low; nothing is changed',
  body: ExemptionScope,
  answer: z.object({
    looked: z.number().int(),
    isAll: z.boolean().meta({ description: 'False where there are more, older ones' }),
    matched: z.number().int().meta({ description: 'Requests with evidence that it covers' }),
    letThrough: z.number().int().meta({ description: 'Those that reach high now, and would not' }),
    examples: z.array(Assessment),
  }),
  handle: async ({ security, actor, body }) => {
    const scope = scopeOf(body, actor.tenant);
    const about = scope.tenant === undefined ? {} : { tenant: scope.tenant };
    const { rows, isAll } = await newestThreats(security.store, about);
    const { high } = security.thresholds;
    const matched: AssessmentRow[] = [];
    const letThrough: AssessmentRow[] = [];
    for (const row of rows) {
      const without = scoreWithout(row, scope, security);
      if (without === null) continue;
      matched.push(row);
      if (row.score >= high && without < high) letThrough.push(row);
    }
    // What would not be seen any more matters most.
    const examples = [...new Set([...letThrough, ...matched])].slice(0, MAX_EXAMPLES);
    return { looked: rows.length, isAll, matched: matched.length, letThrough: letThrough.length, examples };
  },
});

export const exempt = route({
  method: 'POST',
  path: '/api/exemptions',
  right: 'label',
  summary: 'Says that a place is harmless, on every instance; with `alertId`, that this alert was no attack',
  body: ExemptionScope.extend({
    ...Note.shape,
    expiresAt: z.number().positive().meta({ description: 'When it ends: at most a year ahead' }),
    alertId: z.string().max(64).optional(),
  }),
  problems: [404],
  answer: StoredExemption,
  handle: async (asked) => {
    const { security, actor, body } = asked;
    const { expiresAt, note, alertId } = body;
    const now = security.options.clock.now();
    if (expiresAt <= now || expiresAt > now + MAX_MS) {
      const detail = 'body.expiresAt: has to be a time to come, and at most a year ahead';
      throw new Problem(400, 'API_SECURITY_REQUEST_INVALID', detail);
    }
    const own = actor.tenant === undefined ? body.tenant : actor.tenant;
    const alert = alertId === undefined ? null : await findAlert(security.store, alertId, own);
    if (alertId !== undefined && alert === null) {
      throw new Problem(404, 'API_SECURITY_NOT_FOUND', 'There is no such alert.');
    }
    // The narrowest that is meant: what one tenant's alert is about says nothing of the others.
    const tenant = own === undefined ? alert?.assessment.tenant : own;
    const exemption = { ...scopeOf(body, tenant), expiresAt, note };
    const after = { ...exemption, ...(alertId !== undefined && { alertId }) };
    const change = {
      action: 'exempt',
      subject: body.route,
      tenant: exemption.tenant ?? null,
      before: null,
      after,
      note,
    };
    const made = await audited(asked, change, () => security.settings.exempt(exemption, actor.actor));
    if (alert !== null) await acknowledgeAlert(asked, alert, note === '' ? 'not an attack' : `not an attack: ${note}`);
    return made;
  },
});

export const unexempt = route({
  method: 'DELETE',
  path: '/api/exemptions/{id}',
  right: 'label',
  summary: 'Takes an exemption back',
  answer: StoredExemption,
  handle: async (asked) => {
    const { security, actor, parameters } = asked;
    const before = security.settings.current.exemptions.find(({ id }) => id === parameters.id);
    if (before === undefined || !isVisible(before, actor)) throw noExemption();
    const change = { action: 'unexempt', subject: before.route, tenant: before.tenant ?? null, before, after: null };
    return audited(asked, change, async () => {
      const taken = await security.settings.unexempt(before.id, actor.actor, actor.tenant);
      if (taken === null) throw noExemption();
      return taken;
    });
  },
});

type Scope = Pick<z.infer<typeof ExemptionScope>, 'route' | 'field' | 'category' | 'tenant'>;

/** A scope without what is absent, for one tenant or for all. */
function scopeOf({ route: path, field, category, tenant: asked }: Scope, own: string | null | undefined) {
  const tenant = own === undefined ? asked : own;
  return {
    route: path,
    ...(field !== undefined && { field }),
    ...(category !== undefined && { category }),
    ...(tenant !== undefined && { tenant }),
  };
}

function noExemption(): Problem {
  return new Problem(404, 'API_SECURITY_NOT_FOUND', 'There is no such exemption.');
}
