import { CONTENT_CATEGORIES, LEVELS, type Level as LevelName } from '@api-security/core';
import { z } from 'zod';

/** Longest text that a filter may have, in characters. */
const MAX_FILTER_CHARS = 1_024;

const filter = z.string().max(MAX_FILTER_CHARS);
/** The end of the year 9999, in ms since the epoch. */
const MAX_TIME = 253_402_300_799_999;
/** Wall time in ms since the epoch, or a date that JavaScript reads. */
const time = z
  .union([z.coerce.number(), z.string().transform((text) => Date.parse(text))])
  .pipe(z.number().min(0).max(MAX_TIME))
  .meta({
    description: 'Wall time: ms since the epoch, or ISO 8601',
    // What is read is a text either way: the types above do not say which ones.
    override: ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }) => {
      delete jsonSchema.type;
      jsonSchema.anyOf = [
        { type: 'number', minimum: 0, maximum: MAX_TIME },
        { type: 'string', format: 'date-time' },
      ];
    },
  });

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
  page: z.coerce.number().int().min(1).max(50).optional().meta({
    description: 'Number of the page, where no cursor is at hand: the first is 1. Beyond 50, go on by cursor',
  }),
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

export const AuditQuery = PageQuery.pick({
  tenant: true,
  from: true,
  to: true,
  limit: true,
  cursor: true,
  page: true,
}).extend({
  actor: filter.optional(),
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
  tenant: filter.nullable().default(null),
});

export const Mode = z.enum(['monitor', 'block', 'off']).meta({ id: 'Mode' });

const threshold = z.coerce.number().gt(0).max(1);
const THRESHOLDS = { medium: threshold, high: threshold, critical: threshold };
const grow = ({ medium, high, critical }: z.infer<z.ZodObject<typeof THRESHOLDS>>): boolean =>
  medium < high && high < critical;
const GROWING = { error: 'they have to grow: medium, high, critical' };

export const Thresholds = z
  .object({ medium: z.number().gt(0).max(1), high: z.number().gt(0).max(1), critical: z.number().gt(0).max(1) })
  .refine(grow, GROWING)
  .meta({ id: 'Thresholds', description: 'Scores at which the level changes' });

export const WhatIfQuery = SpanQuery.extend(THRESHOLDS).refine(grow, GROWING);

/** What an exemption is about. */
export const ExemptionScope = z.object({
  route: z.string().min(1).max(MAX_FILTER_CHARS).meta({ description: 'Method and route, e.g. `POST /articles/{id}`' }),
  field: z.string().min(1).max(MAX_FILTER_CHARS).optional().meta({ description: 'Place as evidence names it' }),
  category: z.enum(CONTENT_CATEGORIES).optional(),
  tenant: filter.nullable().optional().meta({ description: 'Absent: every tenant that one may see' }),
});

export const StoredExemption = z
  .object({
    id: z.string(),
    route: z.string(),
    field: z.string().optional(),
    category: z.string().optional(),
    expiresAt: z.number().optional(),
    tenant: z.string().nullable().optional().meta({ description: 'Absent: every tenant' }),
    by: z.string(),
    at: z.number(),
    note: z.string(),
  })
  .meta({ id: 'Exemption' });

const Held = z.object({ mode: Mode, thresholds: Thresholds });

export const Settings = Held.extend({
  usual: Held.meta({ description: 'What the options of the app say' }),
  version: z.number().int().meta({ description: 'Counts the changes' }),
  at: z.number().nullable(),
  by: z.string().nullable(),
  exemptions: z.array(StoredExemption),
}).meta({ id: 'Settings' });

export const AuditEntry = z
  .object({
    id: z.string(),
    at: z.number(),
    tenant: z.string().nullable(),
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    detail: z.looseObject({ before: z.unknown(), after: z.unknown(), note: z.string().optional() }),
  })
  .meta({ id: 'AuditEntry' });

export const DescribedRequest = z
  .object({
    method: z.string().max(64),
    url: z.string().max(65_536).meta({ description: 'Path and query as on the wire' }),
    headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
    body: z.unknown().optional().meta({ description: 'A text, or JSON as a parser would have made it' }),
    address: z.string().max(256).optional(),
    client: z.string().min(1).max(MAX_FILTER_CHARS).optional(),
  })
  .meta({ id: 'DescribedRequest' });
