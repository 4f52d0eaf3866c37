import type { Assessment } from '@api-security/core';
import { z } from 'zod';
import { certaintyOf } from '../is-certain.js';
import { KEPT_MS } from '../kept-answers.js';
import { route, tenantOf } from '../route.js';
import { Level, SpanQuery } from '../schemas.js';

const DAY_MS = 24 * 3_600_000;
/** Requests whose scores are given one by one. */
const MAX_NEWEST = 1_000;

const MemberScore = z.number().nullable().meta({ description: 'Null where the member was absent' });

export const scores = route({
  method: 'GET',
  path: '/api/scores',
  right: 'read',
  keptMs: KEPT_MS,
  summary:
    'How scores spread over a span, and those of its newest requests, newest first; of the last 24 hours unless it is named',
  query: SpanQuery.extend({
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(MAX_NEWEST)
      .default(500)
      .meta({ description: 'How many of the newest requests' }),
  }),
  answer: z.object({
    histogram: z.array(
      z.object({
        score: z.number().meta({ description: 'Lower edge of a bin 0.001 wide; bins that hold nothing are left out' }),
        rejected: z.boolean(),
        count: z.number().int(),
      }),
    ),
    newest: z.array(
      z.object({
        id: z.string(),
        at: z.number(),
        score: z.number(),
        level: Level,
        category: z.string().nullable(),
        cnn: MemberScore,
        content: MemberScore,
        flow: MemberScore,
        bilstm: MemberScore,
        durationMs: z.number(),
        route: z.string(),
        clientKey: z.string(),
        rejected: z.boolean(),
        isCertain: z.boolean().meta({ description: 'A member was certain by its own score, which then stood' }),
      }),
    ),
  }),
  handle: async ({ security, actor, query: { tenant, from, to, limit } }) => {
    const since = from ?? security.options.clock.now() - DAY_MS;
    const span = { ...tenantOf(actor, tenant), from: since, ...(to !== undefined && { to }) };
    const isCertain = certaintyOf(security);
    const histogram = await security.store.scores(span);
    const newest: object[] = [];
    for await (const row of security.store.stream(span)) {
      newest.push({ ...pointOf(row), isCertain: isCertain(row.scores) });
      if (newest.length === limit) break;
    }
    return { histogram, newest };
  },
});

function pointOf({ id, at, score, level, category, scores, durationMs, request, client, decision }: Assessment) {
  return {
    id,
    at,
    score,
    level,
    category,
    ...scores,
    durationMs,
    route: request.route,
    clientKey: client.key,
    rejected: decision.action === 'deny',
  };
}
