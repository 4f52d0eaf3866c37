import { LRUCache } from 'lru-cache';
import type { Assessment } from '../assessment/assessment.js';
import { type Clock, systemClock } from '../clock.js';
import { lruPerf } from '../lru-perf.js';
import type { Alert } from './alert.js';
import { uuidV7 } from './uuid-v7.js';

export interface AlertGroupsOptions {
  /** How long after its newest assessment an alert still grows, in ms. @defaultValue 10 minutes */
  readonly windowMs?: number;
  /** Alerts that can grow at once; the one that grew longest ago makes room, and its next assessment is a new alert. @defaultValue 10,000 */
  readonly maxGroups?: number;
  readonly clock?: Clock;
}

/** Makes one alert of what one attacker does: same tenant, same client, same category, within a window. Bounded. */
export class AlertGroups {
  readonly #groups: LRUCache<string, Alert>;
  readonly #nextId: () => string;

  constructor({ windowMs = 10 * 60_000, maxGroups = 10_000, clock = systemClock }: AlertGroupsOptions = {}) {
    this.#groups = new LRUCache({ max: maxGroups, ttl: windowMs, ttlResolution: 0, perf: lruPerf(clock) });
    this.#nextId = uuidV7(clock);
  }

  /** The alert that an assessment belongs to, grown by it: a new object each time, with a stable id. */
  record(assessment: Assessment): Alert {
    const key = groupKey(assessment);
    const open = this.#groups.get(key);
    const alert = open === undefined ? this.#begin(assessment) : grow(open, assessment);
    this.#groups.set(key, alert);
    return alert;
  }

  #begin(assessment: Assessment): Alert {
    const { at } = assessment;
    return { id: this.#nextId(), assessment, count: 1, firstAt: at, lastAt: at, acknowledged: null };
  }
}

function grow(alert: Alert, assessment: Assessment): Alert {
  return {
    ...alert,
    assessment: assessment.score > alert.assessment.score ? assessment : alert.assessment,
    count: alert.count + 1,
    // Assessments may come out of order, and the wall clock may jump.
    firstAt: Math.min(alert.firstAt, assessment.at),
    lastAt: Math.max(alert.lastAt, assessment.at),
  };
}

/** JSON keeps the parts apart whatever characters they have. */
function groupKey({ tenant, client, category }: Assessment): string {
  return JSON.stringify([tenant, client.key, category]);
}
