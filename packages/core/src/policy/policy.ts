import type { Level } from '../assessment/assessment.js';

/** What to do about a level: let it pass, mark it, or reject it. */
export type Action = 'allow' | 'flag' | 'deny';

/** So many within so long. */
export interface Threshold {
  /** At least 1. */
  readonly count: number;
  readonly withinMs: number;
}

/** When a client is banned, and for how long. In `block` mode only. */
export interface BanPolicy {
  /** @defaultValue 10 minutes */
  readonly forMs: number;
  /** Requests that were rejected for their level; null: not for those. @defaultValue 5 within 60 s */
  readonly rejections: Threshold | null;
  /** Log-ins that failed; null: not for those. @defaultValue null */
  readonly failedLogins: Threshold | null;
}

/** Belief → action. */
export interface Policy {
  /** Lowest level that becomes an alert. @defaultValue `high` */
  readonly alertLevel: Level;
  /**
   * Action for each level. In `monitor` mode `deny` becomes `flag`.
   * @defaultValue low: allow, medium: flag, high: flag, critical: deny
   */
  readonly actions: Readonly<Record<Level, Action>>;
  /**
   * Null bans nobody by itself. Behind one address there may be many people, and one route that is mistaken for an attack would
   * cost its users all the others: so it has to be asked for. @defaultValue null
   */
  readonly ban: BanPolicy | null;
}
