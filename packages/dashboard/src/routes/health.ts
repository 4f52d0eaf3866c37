import { z } from 'zod';
import { route } from '../route.js';

/** How the engine is, as far as somebody who may read the log may know. */
export const health = route({
  method: 'GET',
  path: '/api/health',
  right: 'read',
  summary: 'Mode, models, counters, and which parts did not work lately',
  answer: z.object({
    status: z.enum(['ok', 'degraded', 'off']),
    mode: z.enum(['monitor', 'block', 'off']),
    thresholds: z.record(z.string(), z.number()),
    models: z.array(z.object({ role: z.string(), version: z.string(), sha256: z.string() })),
    counters: z.looseObject({ requests: z.number(), scored: z.number(), unscored: z.number() }),
    instance: z.object({ uptimeS: z.number(), rssBytes: z.number() }),
  }),
  handle: async ({ security }) => {
    const { mode, thresholds, counters, models } = security;
    const isDegraded = Object.keys(counters.degraded).length > 0 || counters.dropped > 0 || models.length === 0;
    return {
      status: mode === 'off' ? 'off' : isDegraded ? 'degraded' : 'ok',
      mode,
      thresholds,
      models: models.map(({ manifest: { role, version, sha256 } }) => ({ role, version, sha256 })),
      counters,
      instance: { uptimeS: Math.round(process.uptime()), rssBytes: process.memoryUsage.rss() },
    };
  },
});
