import { z } from 'zod';
import { modelCard } from '../model-card.js';
import { Problem } from '../problem.js';
import { type Route, route } from '../route.js';
import { selfTest } from '../self-test.js';

const Bin = z.object({ predicted: z.number(), observed: z.number(), count: z.number() });

export const models = route({
  method: 'GET',
  path: '/api/models',
  right: 'read',
  summary: 'The models: what training says of them; null where it does not',
  answer: z.array(
    z.object({
      role: z.enum(['content', 'flow', 'sequence']),
      name: z.string(),
      version: z.string(),
      sha256: z.string(),
      createdAt: z.string().nullable(),
      parameters: z.number().nullable(),
      metrics: z.unknown().meta({ description: 'As training wrote them' }),
      certain: z.number().meta({ description: 'Score from which the model stands on its own' }),
      calibration: z.object({ bins: z.array(Bin) }).nullable(),
      dataSets: z.array(z.object({ name: z.string(), sha256: z.string().optional() })),
    }),
  ),
  handle: async ({ security }) => security.models.map(modelCard),
});

/** One self-test at a time. */
export function selfTestRoute(): Route {
  let isRunning = false;
  return route({
    method: 'POST',
    path: '/api/models/self-test',
    right: 'configure',
    summary: 'Has every model compute its golden vectors; requests go on meanwhile',
    problems: [409],
    answer: z.object({
      ok: z.boolean().nullable().meta({ description: 'Null where no model has golden vectors' }),
      results: z.array(
        z.object({
          role: z.string(),
          cases: z.number().int(),
          worst: z.number().nullable().meta({ description: 'Largest difference of any output number' }),
          tolerance: z.number(),
          ok: z.boolean().nullable(),
          ms: z.number(),
          problem: z.string().nullable(),
        }),
      ),
    }),
    handle: async ({ security }) => {
      if (isRunning) throw new Problem(409, 'API_SECURITY_SELF_TEST_RUNNING', 'A self-test is running already.');
      isRunning = true;
      try {
        return await selfTest(security);
      } finally {
        isRunning = false;
      }
    },
  });
}
