import { byPage } from '../by-page.js';
import { route } from '../route.js';
import { AuditEntry, AuditQuery, pageOf } from '../schemas.js';
import { storeQuery } from '../store-query.js';

export const audit = route({
  method: 'GET',
  path: '/api/audit',
  right: 'read',
  summary: 'Who changed what, newest first: what they were about to do, written before they did it',
  query: AuditQuery,
  answer: pageOf(AuditEntry),
  handle: ({ security, actor, query }) => byPage(storeQuery(actor, query), (page) => security.store.audits(page)),
});
