import {
  type Assessment as AssessmentRow,
  type Level as LevelName,
  levelOf,
  type Thresholds,
} from '@api-security/core';
import { z } from 'zod';
import { route } from '../route.js';
import { Assessment, Level, WhatIfQuery } from '../schemas.js';
import { storeQuery } from '../store-query.js';

const DAY_MS = 24 * 3_600_000;
/** Newest rows among which examples are looked for. */
const MAX_LOOKED = 1_000;
const MAX_EXAMPLES = 20;

const Outcome = z.object({
  levels: z.record(Level, z.number().int()),
  rejectable: z.number().int().meta({ description: 'Requests at critical' }),
});

export const whatIf = route({
  method: 'GET',
  path: '/api/what-if',
  right: 'read',
  summary:
    'Which level the stored requests of a span would have with other thresholds; of the last 24 hours unless it is named',
  query: WhatIfQuery,
  answer: z.object({
    looked: z.number().int(),
    isAll: z.boolean().meta({ description: 'False where rows of the span are not kept any more' }),
    from: z.number(),
    before: Outcome.meta({ description: 'With the thresholds that hold now' }),
    after: Outcome.meta({ description: 'With those that are asked about' }),
    changes: z.array(z.object({ from: Level, to: Level, count: z.number().int() })),
    examples: z.array(Assessment),
  }),
  handle: async ({ security, actor, query: { medium, high, critical, ...asked } }) => {
    const { store, thresholds } = security;
    const tried = { medium, high, critical };
    const from = asked.from ?? security.options.clock.now() - DAY_MS;
    const span = storeQuery(actor, { ...asked, from });
    const [bins, { requests }] = await Promise.all([store.scores(span), store.statistics(span)]);
    const looked = bins.reduce((sum, { count }) => sum + count, 0);
    const moved = ({ score }: Pick<AssessmentRow, 'score'>): boolean =>
      levelOf(score, thresholds) !== levelOf(score, tried);
    const changes = new Map<string, { from: LevelName; to: LevelName; count: number }>();
    for (const { score, count } of bins.filter(moved)) {
      const change = { from: levelOf(score, thresholds), to: levelOf(score, tried) };
      const key = `${change.from} ${change.to}`;
      changes.set(key, { ...change, count: (changes.get(key)?.count ?? 0) + count });
    }
    return {
      looked,
      isAll: looked >= requests,
      from,
      before: outcomeOf(bins, thresholds),
      after: outcomeOf(bins, tried),
      changes: [...changes.values()].sort((a, b) => b.count - a.count),
      examples: await examplesOf(store.stream(span), moved),
    };
  },
});

function outcomeOf(bins: readonly { readonly score: number; readonly count: number }[], thresholds: Thresholds) {
  const levels: Record<LevelName, number> = { low: 0, medium: 0, high: 0, critical: 0 };
  for (const { score, count } of bins) levels[levelOf(score, thresholds)] += count;
  return { levels, rejectable: levels.critical };
}

async function examplesOf(
  rows: AsyncIterable<AssessmentRow>,
  isOne: (row: AssessmentRow) => boolean,
): Promise<AssessmentRow[]> {
  const examples: AssessmentRow[] = [];
  let looked = 0;
  for await (const row of rows) {
    if (isOne(row)) examples.push(row);
    looked += 1;
    if (looked === MAX_LOOKED || examples.length === MAX_EXAMPLES) break;
  }
  return examples;
}
