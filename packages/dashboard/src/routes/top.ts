import { type Assessment, sequenceKeyOf } from '@api-security/core';
import { z } from 'zod';
import { grouped } from '../grouped.js';
import { KEPT_MS } from '../kept-answers.js';
import { newestThreats } from '../newest-threats.js';
import { route } from '../route.js';
import { SpanQuery } from '../schemas.js';
import { storeQuery } from '../store-query.js';

/** Routes and clients that are named. */
const MAX_NAMED = 10;

const counted = {
  threats: z.number().int(),
  worst: z.number().meta({ description: 'The highest score' }),
  lastAt: z.number(),
};

export const top = route({
  method: 'GET',
  path: '/api/top',
  right: 'read',
  keptMs: KEPT_MS,
  summary: 'Routes and clients with the most threats, among the newest 1,000 requests above low',
  query: SpanQuery,
  answer: z.object({
    looked: z.number().int().meta({ description: 'Requests above low that were looked at' }),
    isAll: z.boolean().meta({ description: 'False where there are more, older ones' }),
    routes: z.array(z.object({ route: z.string(), ...counted })),
    clients: z.array(
      z.object({
        key: z.string(),
        tenant: z.string().nullable(),
        address: z.string(),
        ...counted,
        categories: z.array(z.string()).meta({ description: 'Kinds of attack, the most frequent first' }),
      }),
    ),
  }),
  handle: async ({ security, actor, query }) => {
    const { rows, isAll } = await newestThreats(security.store, storeQuery(actor, query));
    // A connection that has not finished a request has no route.
    const withRoute = rows.filter(({ request }) => request.route !== '');
    const routes = largest(withRoute, ({ request }) => request.route).map((group) => ({
      route: group[0].request.route,
      ...countedOf(group),
    }));
    const clients = largest(rows, ({ tenant, client }) => sequenceKeyOf(tenant, client.key)).map((group) => ({
      key: group[0].client.key,
      tenant: group[0].tenant,
      address: group[0].client.address,
      ...countedOf(group),
      categories: categoriesOf(group),
    }));
    return { looked: rows.length, isAll, routes, clients };
  },
});

type Group = readonly [Assessment, ...Assessment[]];

/** @param rows - newest first; of groups alike in size, the one that was heard of last comes first */
function largest(rows: readonly Assessment[], keyOf: (row: Assessment) => string): readonly Group[] {
  return [...grouped(rows, keyOf).values()].sort((a, b) => b.length - a.length).slice(0, MAX_NAMED);
}

function countedOf(group: Group) {
  return { threats: group.length, worst: Math.max(...group.map(({ score }) => score)), lastAt: group[0].at };
}

function categoriesOf(group: Group): string[] {
  const named = group.filter(({ category }) => category !== null);
  const groups = grouped(named, ({ category }) => category as string);
  return [...groups].sort(([, a], [, b]) => b.length - a.length).map(([category]) => category);
}
