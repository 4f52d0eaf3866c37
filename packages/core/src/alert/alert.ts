import type { Assessment } from '../assessment/assessment.js';

/** Who took note of an alert, when, and what they said. */
export interface Acknowledgement {
  /** Wall time in ms since the epoch. */
  readonly at: number;
  readonly by: string;
  readonly note: string;
}

/**
 * An assessment that reached the alert level. Later assessments of the same tenant, client and category within the
 * grouping window raise `count` instead of making a new alert, so that one attacker is one alert.
 */
export interface Alert {
  /** UUIDv7, of the alert itself: stable while it grows. */
  readonly id: string;
  /** The assessment with the highest score so far. */
  readonly assessment: Assessment;
  /** Assessments in this alert; at least 1. */
  readonly count: number;
  /** Wall time in ms since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly acknowledged: Acknowledgement | null;
}
