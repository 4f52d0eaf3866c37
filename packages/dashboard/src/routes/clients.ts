import { type Assessment, sequenceKeyOf } from '@api-security/core';
import { z } from 'zod';
import { newestThreats } from '../newest-threats.js';
import { Problem } from '../problem.js';
import { relatedClients } from '../related-clients.js';
import { type Asked, route, tenantOf } from '../route.js';
import { Assessment as AssessmentSchema, Ban, SpanQuery } from '../schemas.js';

/** Rows of the log that are shown. */
const MAX_SHOWN = 50;

export const client = route({
  method: 'GET',
  path: '/api/clients/{key}',
  right: 'read',
  summary: 'What is known of a client; without a tenant, in that of its newest request',
  query: SpanQuery.pick({ tenant: true }),
  answer: z.object({
    key: z.string(),
    tenant: z.string().nullable(),
    address: z.string().meta({ description: 'The newest; empty where none is known' }),
    ban: Ban.nullable(),
    assessments: z.array(AssessmentSchema).meta({ description: 'The newest 50 of its log, newest first' }),
    held: z.number().int().meta({ description: 'Steps in its sequence now' }),
    related: z
      .array(
        z.object({
          key: z.string(),
          address: z.string(),
          sharing: z.string(),
          threats: z.number().int(),
          lastAt: z.number(),
        }),
      )
      .meta({
        description:
          'Other clients among the newest 1,000 requests above low with the same user agent and the same headers in the same order, unless the user agent is among the ten most common there',
      }),
  }),
  handle: async ({ security, actor, parameters, query }) => {
    const key = parameters.key ?? '';
    const { tenant, rows } = await newestOf(security, key, tenantOf(actor, query.tenant).tenant);
    const ban = security.bans.of(tenant, key);
    if (rows.length === 0 && ban === null) {
      throw new Problem(404, 'API_SECURITY_NOT_FOUND', 'There is no such client.');
    }
    const [steps, threats] = await Promise.all([
      security.sequences.recent(sequenceOf(tenant, key, rows)),
      newestThreats(security.store, { tenant }),
    ]);
    return {
      key,
      tenant,
      address: rows[0]?.client.address ?? '',
      ban,
      assessments: rows,
      held: steps.length,
      related: relatedClients(key, rows, threats.rows),
    };
  },
});

/** The newest rows of a client, all of one tenant. */
async function newestOf(
  { store }: Asked<unknown, unknown>['security'],
  clientKey: string,
  named: string | null | undefined,
): Promise<{ tenant: string | null; rows: readonly Assessment[] }> {
  const tenant = named === undefined ? ((await store.logs({ clientKey, limit: 1 })).items[0]?.tenant ?? null) : named;
  return { tenant, rows: (await store.logs({ clientKey, tenant, limit: MAX_SHOWN })).items };
}

/** An account that many try is known by the very key of its sequence. */
function sequenceOf(tenant: string | null, key: string, [newest]: readonly Assessment[]): string {
  return newest?.subject === 'account' ? key : sequenceKeyOf(tenant, key);
}
