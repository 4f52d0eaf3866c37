import type { RequestHandler } from 'express';
import { Random } from '../random.js';

const PHASE_MS = 9000;
const MOST_DELAY_MS = 4000;

/**
 * Answers as a route with a weak supplier behind it: mostly well, and for one phase of nine seconds in four hardly ever.
 * What it answers then is 429 or 503 (with `Retry-After`), 500, 502, or the right thing too late.
 */
export function unsteady(seed: number): RequestHandler {
  const random = new Random(seed);
  return (_request, response) => {
    const inTrouble = Math.floor(Date.now() / PHASE_MS + seed) % 4 === 0;
    if (!random.chance(inTrouble ? 0.75 : 0.06)) {
      response.json({ value: random.int(1, 1000) });
      return;
    }
    const outcome = random.pick([429, 500, 502, 503, 503, 'late'] as const);
    if (outcome === 'late') {
      const timer = setTimeout(() => response.json({ value: 0 }), random.between(800, MOST_DELAY_MS));
      response.on('close', () => clearTimeout(timer));
      return;
    }
    if (outcome === 429 || outcome === 503) response.set('retry-after', String(random.int(1, 3)));
    response.status(outcome).json({ error: 'try again later' });
  };
}
