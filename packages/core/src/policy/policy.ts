import type { Level } from '../assessment/assessment.js';

/** What to do about a level: let it pass, mark it, or reject it. */
export type Action = 'allow' | 'flag' | 'deny';

/** Belief → action. */
export interface Policy {
  /** Lowest level that becomes an alert. @defaultValue `high` */
  readonly alertLevel: Level;
  /**
   * Action for each level. In `monitor` mode `deny` becomes `flag`.
   * @defaultValue low: allow, medium: flag, high: flag, critical: deny
   */
  readonly actions: Readonly<Record<Level, Action>>;
}
