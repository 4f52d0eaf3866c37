import type { Mode } from './assessment/assessment.js';
import type { Thresholds } from './assessment/level.js';
import { isPositive, isText, oneOf, optional } from './option-checks.js';
import type { Exemption, StoredExemption } from './policy/exemptions.js';
import type { StoredSettings } from './store/store.js';

/** What people have changed at run time. Immutable: another change makes another one. */
export interface Settings {
  /** Counts the changes; 0 until there was one. */
  readonly version: number;
  /** Wall time of the last change in ms since the epoch; null until there was one. */
  readonly at: number | null;
  /** Who made it. */
  readonly by: string | null;
  /** Null: what the options say. */
  readonly mode: Mode | null;
  /** Null: what the options say. */
  readonly thresholds: Thresholds | null;
  /** Beside those of the options. */
  readonly exemptions: readonly StoredExemption[];
}

/** What is to be another than it was; null is what the options say. */
export interface SettingsChange {
  mode?: Mode | null;
  /** They have to lie apart: 0 < medium < high < critical ≤ 1. What is left out stays as it is. */
  thresholds?: Partial<Thresholds> | null;
}

/** What a person says of a place that they found harmless. */
export interface ExemptionRequest extends Exemption {
  /** Whose requests it is for. Absent: everybody's. */
  readonly tenant?: string | null;
  /** @defaultValue '' */
  readonly note?: string;
}

/** Before anybody has changed anything. */
export const UNCHANGED: Settings = Object.freeze({
  version: 0,
  at: null,
  by: null,
  mode: null,
  thresholds: null,
  exemptions: Object.freeze([]),
});

/** Whether thresholds lie apart, so that there is something between them, and a score of 0 is never more than low. */
export function areApart({ medium, high, critical }: Thresholds): boolean {
  return 0 < medium && medium < high && high < critical && critical <= 1;
}

/** What is stored of settings. */
export function bodyOf({ mode, thresholds, exemptions }: Settings): StoredSettings['body'] {
  return { mode, thresholds, exemptions };
}

/**
 * Settings as they are stored. Another version of this library, or somebody by hand, may have written them: what cannot be read of them
 * is left out.
 *
 * @param onUnread - is told of what was left out
 */
export function settingsOf({ version, at, by, body }: StoredSettings, onUnread: (error: Error) => void): Settings {
  const unread = (what: string): null => {
    onUnread(new Error(`${what} in version ${version} of the stored settings cannot be read`));
    return null;
  };
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  const {
    mode = null,
    thresholds = null,
    exemptions = [],
  } = (isObject ? body : {}) as Readonly<Record<string, unknown>>;
  if (!isObject) unread('the whole');
  return Object.freeze({
    version,
    at,
    by,
    mode: isMode(mode) ? (mode as Mode | null) : unread('the mode'),
    thresholds: thresholds === null ? null : (thresholdsOf(thresholds) ?? unread('the thresholds')),
    exemptions: Object.freeze(
      (Array.isArray(exemptions) ? exemptions : [unread('the list of exemptions')])
        .filter((stored) => stored !== null)
        .map((stored) => exemptionOf(stored) ?? unread('an exemption'))
        .filter((exemption) => exemption !== null),
    ),
  });
}

const isMode = oneOf('monitor', 'block', 'off', null);

function thresholdsOf(stored: unknown): Thresholds | null {
  const { medium, high, critical } = Object(stored) as Thresholds;
  const areNumbers = [medium, high, critical].every((threshold) => typeof threshold === 'number');
  return areNumbers && areApart({ medium, high, critical }) ? Object.freeze({ medium, high, critical }) : null;
}

function exemptionOf(stored: unknown): StoredExemption | null {
  const { id, route, field, category, expiresAt, tenant, by, at, note } = Object(stored) as StoredExemption;
  const isWhole =
    isText(id) &&
    isText(route) &&
    optional(isText)(field) &&
    optional(isText)(category) &&
    optional(isPositive)(expiresAt) &&
    (tenant === undefined || tenant === null || typeof tenant === 'string') &&
    isText(by) &&
    isPositive(at) &&
    typeof note === 'string';
  if (!isWhole) return null;
  return Object.freeze({
    id,
    route,
    ...(field !== undefined && { field }),
    ...(category !== undefined && { category }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(tenant !== undefined && { tenant }),
    by,
    at,
    note,
  });
}
