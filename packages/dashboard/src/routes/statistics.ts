import { z } from 'zod';
import { KEPT_MS } from '../kept-answers.js';
import { route, tenantOf } from '../route.js';
import { SpanQuery, Statistics } from '../schemas.js';

const DAY_MS = 24 * 3_600_000;

export const statistics = route({
  method: 'GET',
  path: '/api/stats',
  right: 'read',
  keptMs: KEPT_MS,
  summary: 'Sums over a span of time; over the last 24 hours unless it is named',
  query: SpanQuery,
  answer: Statistics,
  handle: ({ security, actor, query: { tenant, from, to } }) => {
    const since = from ?? security.options.clock.now() - DAY_MS;
    return security.store.statistics({ ...tenantOf(actor, tenant), from: since, ...(to !== undefined && { to }) });
  },
});

export const hourly = route({
  method: 'GET',
  path: '/api/stats/hourly',
  right: 'read',
  keptMs: KEPT_MS,
  summary: 'Sums by hour, oldest first; of the last 24 hours unless a span is named',
  query: SpanQuery,
  answer: z.array(Statistics.extend({ at: z.number() })),
  handle: ({ security, actor, query: { tenant, from, to } }) => {
    const since = from ?? security.options.clock.now() - DAY_MS;
    return security.store.hourly({ ...tenantOf(actor, tenant), from: since, ...(to !== undefined && { to }) });
  },
});
