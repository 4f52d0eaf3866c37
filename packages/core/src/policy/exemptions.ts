import type { AttackCategory } from '../model/scores.js';

/** A place that a person has looked at and found harmless. All of it must match; there are no patterns. */
export interface Exemption {
  /** Method and route shape as assessments show them, e.g. `POST /articles/{id}`. */
  readonly route: string;
  /** Exact place as evidence shows it, e.g. `body.html`. Absent: every place of the route. */
  readonly field?: string;
  /** Absent: every category. */
  readonly category?: AttackCategory;
  /** Wall time in ms since the epoch at which it ends. Absent: it stays. */
  readonly expiresAt?: number;
}

/** An exemption that somebody made at run time. */
export interface StoredExemption extends Exemption {
  /** UUIDv7. */
  readonly id: string;
  /** Whose requests it is for. Absent: everybody's. */
  readonly tenant?: string | null;
  /** Who made it. */
  readonly by: string;
  /** Wall time in ms since the epoch. */
  readonly at: number;
  readonly note: string;
}

/** What was found, where and when. */
export interface Found {
  readonly route: string;
  readonly place: string;
  readonly category: AttackCategory;
  readonly at: number;
  readonly tenant: string | null;
}

/** True when an exemption covers what was found at a place. */
export function isExempt(exemptions: readonly (Exemption & Pick<StoredExemption, 'tenant'>)[], found: Found): boolean {
  return exemptions.some(
    (exemption) =>
      exemption.route === found.route &&
      (exemption.tenant === undefined || exemption.tenant === found.tenant) &&
      (exemption.field === undefined || exemption.field === found.place) &&
      (exemption.category === undefined || exemption.category === found.category) &&
      (exemption.expiresAt === undefined || found.at < exemption.expiresAt),
  );
}
