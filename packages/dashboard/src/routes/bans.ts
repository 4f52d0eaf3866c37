import { z } from 'zod';
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
  handle: ({ security, actor, body }) => {
    const tenant = actor.tenant === undefined ? body.tenant : actor.tenant;
    return security.bans.ban({ ...body, tenant, by: actor.actor });
  },
});

export const unban = route({
  method: 'DELETE',
  path: '/api/bans/{client}',
  right: 'configure',
  summary: 'Lifts a ban',
  query: z.object({ tenant: z.string().max(1_024).optional() }),
  answer: Ban,
  handle: async ({ security, actor, parameters, query }) => {
    const { tenant = null } = tenantOf(actor, query.tenant);
    const lifted = await security.bans.unban(parameters.client ?? '', tenant);
    if (lifted === null) throw new Problem(404, 'API_SECURITY_NOT_FOUND', 'That client is not banned.');
    return lifted;
  },
});
