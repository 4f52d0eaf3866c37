import type { Level } from './assessment.js';

/** Scores at which the level changes, each in [0, 1], rising. */
export interface Thresholds {
  /** @defaultValue 0.4 */
  readonly medium: number;
  /** @defaultValue 0.6 */
  readonly high: number;
  /** @defaultValue 0.8 */
  readonly critical: number;
}

/** The levels from harmless to certain. */
export const LEVELS: readonly Level[] = ['low', 'medium', 'high', 'critical'];

/** The level of a score; a score equal to a threshold has reached it. */
export function levelOf(score: number, thresholds: Thresholds): Level {
  if (score >= thresholds.critical) return 'critical';
  if (score >= thresholds.high) return 'high';
  if (score >= thresholds.medium) return 'medium';
  return 'low';
}

/** True when `level` is `least` or above. */
export function reaches(level: Level, least: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(least);
}
