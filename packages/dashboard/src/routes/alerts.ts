import { z } from 'zod';
import { Problem } from '../problem.js';
import { type Asked, route } from '../route.js';
import { Alert, AlertQuery, Note, pageOf } from '../schemas.js';
import { storeQuery } from '../store-query.js';

/** Alerts that can be acknowledged at once. */
const MAX_AT_ONCE = 200;

export const alerts = route({
  method: 'GET',
  path: '/api/alerts',
  right: 'read',
  summary: 'Alerts, newest first: those that nobody has taken note of, unless the others are asked for',
  query: AlertQuery,
  answer: pageOf(Alert),
  handle: ({ security, actor, query }) => security.store.alerts(storeQuery(actor, query)),
});

export const acknowledge = route({
  method: 'POST',
  path: '/api/alerts/{id}/acknowledge',
  right: 'acknowledge',
  summary: 'Takes note of an alert; whoever was first stays',
  body: Note,
  answer: Alert,
  handle: async (asked) => {
    const alert = await acknowledged(asked, asked.parameters.id ?? '', asked.body.note);
    if (alert === null) throw new Problem(404, 'API_SECURITY_NOT_FOUND', 'There is no such alert.');
    return alert;
  },
});

export const acknowledgeMany = route({
  method: 'POST',
  path: '/api/alerts/acknowledge',
  right: 'acknowledge',
  summary: 'Takes note of several alerts at once',
  body: Note.extend({ ids: z.array(z.string().max(64)).min(1).max(MAX_AT_ONCE) }),
  answer: z.object({ alerts: z.array(Alert), missing: z.array(z.string()) }),
  handle: async (asked) => {
    const { ids, note } = asked.body;
    const found = await Promise.all(ids.map((id) => acknowledged(asked, id, note)));
    return { alerts: found.filter((alert) => alert !== null), missing: ids.filter((_, i) => found[i] === null) };
  },
});

async function acknowledged({ security, actor }: Asked<unknown, unknown>, id: string, note: string) {
  const by = { at: security.options.clock.now(), by: actor.actor, note };
  const alert = await security.store.acknowledge(id, by, actor.tenant);
  if (alert !== null) security.coordination.publish({ event: 'acknowledged', payload: alert });
  return alert;
}
