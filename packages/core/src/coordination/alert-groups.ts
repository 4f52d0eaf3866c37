import { LRUCache } from 'lru-cache';
import type { Alert } from '../alert/alert.js';
import { uuidV7 } from '../alert/uuid-v7.js';
import type { Assessment } from '../assessment/assessment.js';
import { type Clock, systemClock } from '../clock.js';
import { growingTo } from '../lru-growth.js';
import { lruPerf } from '../lru-perf.js';
import type { MaybePromise } from '../maybe-promise.js';
import type { Coordination, SharedAlert } from './coordination.js';
import { memoryCoordination } from './memory-coordination.js';

export interface AlertGroupsOptions {
  /** How long after its newest assessment an alert still grows, in ms. @defaultValue 10 minutes */
  readonly windowMs?: number;
  /** Alerts that can grow at once; the one that grew longest ago makes room, and its next assessment is a new alert. @defaultValue 10,000 */
  readonly maxGroups?: number;
  /** With whom alerts grow. @defaultValue nobody else */
  readonly coordination?: Coordination;
  readonly clock?: Clock;
}

/** The strongest assessment that this instance has seen of an alert. */
interface Strongest {
  readonly id: string;
  readonly assessment: Assessment;
}

/** Makes one alert of what one attacker does: same tenant, same client, same category, within a window, on any instance. Bounded. */
export class AlertGroups {
  readonly #windowMs: number;
  readonly #coordination: Coordination;
  readonly #strongest: LRUCache<string, Strongest>;
  readonly #nextId: () => string;

  constructor({
    windowMs = 10 * 60_000,
    maxGroups = 10_000,
    clock = systemClock,
    ...options
  }: AlertGroupsOptions = {}) {
    this.#windowMs = windowMs;
    this.#coordination = options.coordination ?? memoryCoordination({ maxKeys: maxGroups, clock });
    this.#strongest = new LRUCache({ ...growingTo(maxGroups), ttl: windowMs, ttlResolution: 0, perf: lruPerf(clock) });
    this.#nextId = uuidV7(clock);
  }

  /** The alert that an assessment belongs to, grown by it: a new object each time, with a stable id. */
  record(assessment: Assessment): MaybePromise<Alert> {
    const key = groupKey(assessment);
    const mine = { id: this.#nextId(), at: assessment.at };
    const joined = this.#coordination.joinAlert(key, mine, this.#windowMs);
    return joined instanceof Promise
      ? joined.then((shared) => this.#grown(key, shared, assessment))
      : this.#grown(key, joined, assessment);
  }

  #grown(key: string, shared: SharedAlert, assessment: Assessment): Alert {
    const known = this.#strongest.get(key);
    const isStronger = known?.id !== shared.id || assessment.score > known.assessment.score;
    const strongest = isStronger ? assessment : known.assessment;
    this.#strongest.set(key, { id: shared.id, assessment: strongest });
    return { ...shared, assessment: strongest, acknowledged: null };
  }
}

/** JSON keeps the parts apart whatever characters they have. */
function groupKey({ tenant, client, category }: Assessment): string {
  return JSON.stringify([tenant, client.key, category]);
}
