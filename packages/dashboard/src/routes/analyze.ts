import { z } from 'zod';
import type { Actor } from '../actor.js';
import { Problem } from '../problem.js';
import { route } from '../route.js';
import { Assessment, DescribedRequest } from '../schemas.js';

/** Requests that can be described at once. */
const MAX_BATCH = 1_000;

const Record = z.object({
  record: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .meta({
      description:
        'Adds the requests to the sequences of their `client`; needs the right to configure, for all tenants',
    }),
});

export const analyze = route({
  method: 'POST',
  path: '/api/analyze',
  right: 'read',
  summary: 'Scores a described request; nothing is stored',
  query: Record,
  body: DescribedRequest,
  answer: Assessment,
  handle: async ({ security, actor, query, body }) => {
    mayRecord(actor, query);
    return security.analyze(withoutUndefined(body), query);
  },
});

export const analyzeBatch = route({
  method: 'POST',
  path: '/api/analyze-batch',
  right: 'read',
  summary: 'Scores described requests, in order',
  query: Record,
  body: z.object({ requests: z.array(DescribedRequest).max(MAX_BATCH) }),
  answer: z.object({ assessments: z.array(Assessment) }),
  handle: async ({ security, actor, query, body }) => {
    mayRecord(actor, query);
    return { assessments: await security.analyzeBatch(body.requests.map(withoutUndefined), query) };
  },
});

/**
 * What is added to a sequence changes what is thought of its client. A described request names no tenant, and its client may be named as
 * the sequences of any tenant are.
 *
 * @throws `Problem` 403
 */
function mayRecord({ tenant, can }: Actor, { record }: z.infer<typeof Record>): void {
  if (!record || (tenant === undefined && can.includes('configure'))) return;
  const detail = 'Sequences can be added to by somebody who may configure, for all tenants.';
  throw new Problem(403, 'API_SECURITY_FORBIDDEN', detail);
}

type Described = z.infer<typeof DescribedRequest>;
type Defined<T> = { [Name in keyof T]: Exclude<T[Name], undefined> };

function withoutUndefined(described: Described): Defined<Described> {
  return Object.fromEntries(Object.entries(described).filter(([, value]) => value !== undefined)) as Defined<Described>;
}
