import type { Alert as AlertRow } from '@api-security/core';
import { z } from 'zod';
import { acknowledgeAlert } from '../acknowledge-alert.js';
import { byPage } from '../by-page.js';
import { findAlert } from '../find-alert.js';
import { Problem } from '../problem.js';
import { route } from '../route.js';
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
  handle: ({ security, actor, query }) => byPage(storeQuery(actor, query), (page) => security.store.alerts(page)),
});

export const acknowledge = route({
  method: 'POST',
  path: '/api/alerts/{id}/acknowledge',
  right: 'acknowledge',
  summary: 'Takes note of an alert; whoever was first stays',
  body: Note,
  answer: Alert,
  handle: async (asked) => {
    const { security, actor, parameters, body } = asked;
    const alert = await findAlert(security.store, parameters.id ?? '', actor.tenant);
    if (alert === null) throw new Problem(404, 'API_SECURITY_NOT_FOUND', 'There is no such alert.');
    return acknowledgeAlert(asked, alert, body.note);
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
    const { security, actor, body } = asked;
    const found: AlertRow[] = [];
    const missing: string[] = [];
    // One after the other: when one cannot be written down, the ones behind it are left alone.
    for (const id of new Set(body.ids)) {
      const alert = await findAlert(security.store, id, actor.tenant);
      if (alert === null) missing.push(id);
      else found.push(await acknowledgeAlert(asked, alert, body.note));
    }
    return { alerts: found, missing };
  },
});
