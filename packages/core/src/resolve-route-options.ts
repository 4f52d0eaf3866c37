import type { Thresholds } from './assessment/level.js';
import { check, group, isLimit, isPositive, isProbability, isText, oneOf, optional } from './option-checks.js';
import type { Exemption } from './policy/exemptions.js';
import type { RouteOptions, RouteSettings } from './route-settings.js';

/** What a route's options stand in the place of. */
type Inherited = Pick<RouteSettings, 'onFailure' | 'longBodies' | 'limits'> & { readonly thresholds: Thresholds };

/**
 * Checks the options of a route and fills in the engine's.
 *
 * @param name - what messages call them
 * @throws `API_SECURITY_OPTION_UNKNOWN` or `API_SECURITY_OPTION_INVALID`, naming the option
 */
export function resolveRouteOptions(name: string, options: RouteOptions, inherited: Inherited): RouteSettings {
  const given = group(name, options, KNOWN);
  check(`${name}.mode`, given.mode, optional(oneOf('monitor', 'block', 'off')), '"monitor", "block" or "off"');
  check(`${name}.onFailure`, given.onFailure, optional(oneOf('open', 'closed')), '"open" or "closed"');
  check(`${name}.longBodies`, given.longBodies, optional(oneOf('inspect', 'reject')), '"inspect" or "reject"');
  check(`${name}.exempt`, given.exempt, optional(Array.isArray), 'a list of exemptions');
  const exempt = given.exempt ?? [];
  for (const [index, exemption] of exempt.entries()) checkExemption(`${name}.exempt[${index}]`, exemption, EXEMPTION);
  const { pending: _, lagMs: __, ...limits } = { pending: 0, lagMs: 0, ...inherited.limits };
  const thresholds =
    given.thresholds === undefined
      ? null
      : Object.freeze(resolveThresholds(`${name}.thresholds`, given.thresholds, inherited.thresholds));
  return Object.freeze({
    mode: given.mode ?? null,
    thresholds,
    onFailure: given.onFailure ?? inherited.onFailure,
    longBodies: given.longBodies ?? inherited.longBodies,
    limits: Object.freeze(resolveLimits(`${name}.limits`, given.limits, limits)),
    exempt: Object.freeze(exempt.map((exemption) => Object.freeze({ ...exemption }))),
  });
}

const KNOWN: Record<keyof RouteOptions, true> = {
  mode: true,
  thresholds: true,
  onFailure: true,
  longBodies: true,
  limits: true,
  exempt: true,
};

/** Names of an exemption that belongs to a route. */
export const EXEMPTION: Record<keyof Omit<Exemption, 'route'>, true> = { field: true, category: true, expiresAt: true };

/** @throws as {@link resolveRouteOptions} */
export function checkExemption(name: string, exemption: Partial<Exemption>, known: object): void {
  const { field, category, expiresAt } = group(name, exemption, known);
  check(`${name}.field`, field, optional(isText), 'a place such as "body.html"');
  check(`${name}.category`, category, optional(isText), 'a category');
  check(`${name}.expiresAt`, expiresAt, optional(isPositive), 'a time in ms since the epoch');
}

/** @throws as {@link resolveRouteOptions} */
export function resolveThresholds(
  name: string,
  given: Partial<Thresholds> | undefined,
  inherited: Thresholds,
): Thresholds {
  const thresholds = { ...inherited, ...group(name, given, inherited) };
  for (const [level, threshold] of Object.entries(thresholds))
    check(`${name}.${level}`, threshold, isProbability, 'a number in [0, 1]');
  const rises = thresholds.medium <= thresholds.high && thresholds.high <= thresholds.critical;
  check(name, thresholds, () => rises, 'medium ≤ high ≤ critical');
  return thresholds;
}

/** @throws as {@link resolveRouteOptions} */
export function resolveLimits<L extends object>(name: string, given: Partial<L> | undefined, inherited: L): L {
  const limits = { ...inherited, ...group(name, given, inherited) };
  for (const [limit, value] of Object.entries(limits))
    check(`${name}.${limit}`, value, isLimit, 'a whole number from 1 to 1073741824');
  return limits;
}
