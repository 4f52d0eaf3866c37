import type { Alert } from '@api-security/core';
import { audited } from './audited.js';
import { Problem } from './problem.js';
import type { Asked } from './route.js';

/** Takes note of an alert; whoever was first stays. */
export async function acknowledgeAlert(asked: Asked<unknown, unknown>, alert: Alert, note: string): Promise<Alert> {
  if (alert.acknowledged !== null) return alert;
  const { security, actor } = asked;
  const { tenant } = alert.assessment;
  const by = { at: security.options.clock.now(), by: actor.actor, note };
  const change = { action: 'acknowledge', subject: alert.id, tenant, before: null, after: by, note };
  return audited(asked, change, async () => {
    const acknowledged = await security.store.acknowledge(alert.id, by, tenant);
    if (acknowledged === null) throw new Problem(404, 'API_SECURITY_NOT_FOUND', 'There is no such alert any more.');
    security.coordination.publish({ event: 'acknowledged', payload: acknowledged });
    asked.tell('acknowledged', tenant, acknowledged);
    return acknowledged;
  });
}
