import type { ScoreCount } from './store.js';

/** Bins from 0 to 1; that of 1 comes on top. */
const BINS = 1_000;

/**
 * The bin of a score, by number. Numbers such as 0.8 are no exact binary fractions, so neither a product nor a quotient alone says which
 * side of an edge a score lies on: the nearest edge is found by rounding, and the score is compared with it as `levelOf` compares it with
 * a threshold.
 */
function binOf(score: number): number {
  const nearest = Math.round(score * BINS);
  const bin = nearest / BINS <= score ? nearest : nearest - 1;
  return Math.min(BINS, Math.max(0, bin));
}

/** Counts of scores by bin, lowest first. */
export function countScores(rows: Iterable<{ readonly score: number; readonly rejected: boolean }>): ScoreCount[] {
  const counts = new Map<number, number>();
  for (const { score, rejected } of rows) {
    const key = binOf(score) * 2 + Number(rejected);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([key, count]) => ({ score: Math.floor(key / 2) / BINS, rejected: key % 2 === 1, count }));
}
