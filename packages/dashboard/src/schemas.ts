import { CONTENT_CATEGORIES, LEVELS, type Level as LevelName } from '@api-security/core';
import { z } from 'zod';

/** Longest text that a filter may have, in characters. */
const MAX_FILTER_CHARS = 1_024;

const filter = z.string().max(MAX_FILTER_CHARS);
/** Wall time in ms since the epoch, or a date that JavaScript reads. */
const time = z
  .union([z.coerce.number(), z.string().transform((text) => Date.parse(text))])
  .pipe(z.number().min(0).max(253_402_300_799_999))
  .meta({ description: 'Wall time: ms since the epoch, or ISO 8601' });

export const Level = z.enum(LEVELS as readonly [LevelName, ...LevelName[]]).meta({ id: 'Level' });

/** Filters and paging that the log and the alerts have in common. */
const PageQuery = z.object({
  tenant: filter.optional(),
  from: time.optional(),
  to: time.optional(),
  level: Level.optional(),
  address: filter.optional(),
  client: filter.optional().meta({ description: 'Key of the client, exactly' }),
  category: filter
    .optional()
    .meta({ description: `A kind of attack: ${CONTENT_CATEGORIES.join(', ')}, or a behaviour` }),
  limit: z.coerce.number().int().min(1).max(200).default(20),
  cursor: z.string().max(256).optional().meta({ description: '`next` of the page before' }),
});

export const LogQuery = PageQuery.extend({
  path: filter.optional().meta({ description: 'Part of the path' }),
  text: filter.optional().meta({ description: 'Part of the path, the user agent or the evidence' }),
  method: filter.optional(),
  status: z.coerce.number().int().min(0).max(999).optional().meta({ description: 'Of the response; 0 for none' }),
});

export const AlertQuery = PageQuery.extend({
  acknowledged: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
});

export const SpanQuery = z.object({ tenant: filter.optional(), from: time.optional(), to: time.optional() });

/** An assessment as `Assessment` of `@api-security/core` describes it. */
export const Assessment = z
  .looseObject({
    id: z.string(),
    at: z.number(),
    score: z.number().min(0).max(1),
    level: Level,
    category: z.string().nullable(),
    client: z.object({ key: z.string(), address: z.string() }),
    recommendation: z.string(),
  })
  .meta({ id: 'Assessment', description: 'What is believed about one request, and why. Redacted.' });

const Acknowledgement = z.object({ at: z.number(), by: z.string(), note: z.string() }).meta({ id: 'Acknowledgement' });

export const Alert = z
  .object({
    id: z.string(),
    assessment: Assessment,
    count: z.number().int(),
    firstAt: z.number(),
    lastAt: z.number(),
    acknowledged: Acknowledgement.nullable(),
  })
  .meta({ id: 'Alert' });

export const pageOf = (item: z.ZodType): z.ZodType =>
  z.object({
    items: z.array(item),
    total: z.number().int().meta({ description: 'Not counted further than is cheap: see isTotalExact' }),
    isTotalExact: z.boolean(),
    next: z.string().nullable().meta({ description: 'Cursor of the next page' }),
  });

export const Statistics = z
  .object({
    requests: z.number().int(),
    threats: z.number().int(),
    rejected: z.number().int(),
    meanScore: z.number(),
    levels: z.record(z.string(), z.number().int()),
    categories: z.record(z.string(), z.number().int()),
  })
  .meta({ id: 'Statistics' });

export const Ban = z
  .object({
    tenant: z.string().nullable(),
    clientKey: z.string(),
    from: z.number(),
    until: z.number(),
    reason: z.string(),
    by: z.string(),
  })
  .meta({ id: 'Ban' });

export const Note = z.object({ note: z.string().max(4_096).default('') });

export const BanRequest = z.object({
  clientKey: z.string().min(1).max(MAX_FILTER_CHARS),
  forMs: z.number().positive().meta({ description: 'How long, in ms' }),
  reason: z.string().min(1).max(4_096),
  tenant: z.string().nullable().default(null),
});

export const DescribedRequest = z
  .object({
    method: z.string().max(64),
    url: z.string().max(65_536).meta({ description: 'Path and query as on the wire' }),
    headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
    body: z.unknown().optional().meta({ description: 'A text, or JSON as a parser would have made it' }),
    address: z.string().max(256).optional(),
    client: z.string().max(MAX_FILTER_CHARS).optional(),
  })
  .meta({ id: 'DescribedRequest' });
