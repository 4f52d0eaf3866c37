import { z } from 'zod';
import { audited } from '../audited.js';
import { Problem } from '../problem.js';
import { route, tenantOf } from '../route.js';
import { Ban, BanRequest } from '../schemas.js';

export const bans = route({
  method: 'GET',
  path: '/api/bans',
  right: 'read',
  summary: 'Bans that hold now, newest first',
  query: z.object({ tenant: z.string().max(1_024).optional() }),
  answer: z.array(Ban),
  handle: ({ security, actor, query }) => security.bans.list(tenantOf(actor, query.tenant).tenant),
});

export const ban = route({
  method: 'POST',
  path: '/api/bans',
  right: 'configure',
  summary: 'Bans a client: in block mode its requests are rejected unread',
  body: BanRequest,
  answer: Ban,
  handle: (asked) => {
    const { security, actor, body } = asked;
    const { clientKey, forMs, reason } = body;
    const tenant = actor.tenant === undefined ? body.tenant : actor.tenant;
    const before = security.bans.of(tenant, clientKey);
    const change = { action: 'ban', subject: clientKey, tenant, before, after: { forMs, reason } };
    return audited(asked, change, async () => {
      const made = await security.bans.ban({ ...body, tenant, by: actor.actor });
      asked.tell('banned', tenant, made);
      return made;
    });
  },
});

export const unban = route({
  method: 'DELETE',
  path: '/api/bans/{client}',
  right: 'configure',
  summary: 'Lifts a ban',
  query: z.object({ tenant: z.string().max(1_024).optional() }),
  answer: Ban,
  handle: async (asked) => {
    const { security, actor, parameters, query } = asked;
    const { tenant = null } = tenantOf(actor, query.tenant);
    const clientKey = parameters.client ?? '';
    const before = (await security.bans.list(tenant)).find((one) => one.clientKey === clientKey);
    if (before === undefined) throw notBanned();
    return audited(asked, { action: 'unban', subject: clientKey, tenant, before, after: null }, async () => {
      const lifted = await security.bans.unban(clientKey, tenant);
      if (lifted === null) throw notBanned();
      asked.tell('unbanned', tenant, lifted);
      return lifted;
    });
  },
});

function notBanned(): Problem {
  return new Problem(404, 'API_SECURITY_NOT_FOUND', 'That client is not banned.');
}
