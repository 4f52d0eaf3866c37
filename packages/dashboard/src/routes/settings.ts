import { audited } from '../audited.js';
import { Problem } from '../problem.js';
import { route } from '../route.js';
import { Mode, Note, Settings, Thresholds } from '../schemas.js';
import { settingsAnswer } from '../settings-answer.js';

export const settings = route({
  method: 'GET',
  path: '/api/settings',
  right: 'read',
  summary: 'Mode, thresholds and exemptions as they hold now, and what the options of the app say',
  answer: Settings,
  handle: async ({ security, actor }) => settingsAnswer(security, actor),
});

export const changeSettings = route({
  method: 'POST',
  path: '/api/settings',
  right: 'configure',
  summary: 'Changes mode or thresholds on every instance; null is what the options of the app say',
  body: Note.extend({ mode: Mode.nullable().optional(), thresholds: Thresholds.nullable().optional() }).refine(
    ({ mode, thresholds }) => mode !== undefined || thresholds !== undefined,
    { error: 'needs a mode, or thresholds' },
  ),
  answer: Settings,
  handle: async (asked) => {
    const { security, actor, body } = asked;
    if (actor.tenant !== undefined) {
      const detail = 'The settings are those of all tenants, and can be changed by somebody for all of them alone.';
      throw new Problem(403, 'API_SECURITY_FORBIDDEN', detail);
    }
    const { note, ...given } = body;
    const change = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const { mode, thresholds } = security.settings.current;
    const before = { mode, thresholds };
    const entry = {
      action: 'settings',
      subject: Object.keys(change).join(', '),
      before,
      after: { ...before, ...change },
    };
    await audited(asked, { ...entry, note }, () => security.settings.change(change, actor.actor));
    return settingsAnswer(security, actor);
  },
});
