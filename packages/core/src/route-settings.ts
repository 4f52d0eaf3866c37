import type { Mode } from './assessment/assessment.js';
import type { Thresholds } from './assessment/level.js';
import type { Limits } from './options.js';
import type { Exemption } from './policy/exemptions.js';

/** Limits that can differ from route to route. */
export type RouteLimits = Omit<Limits, 'pending' | 'lagMs'>;

/** What may differ for the requests of one route. What is left out is as in the engine's options. */
export interface RouteOptions {
  /** `off` leaves the route alone: its requests are counted as `skipped`. An engine that is off stays off. */
  mode?: Mode;
  /** What is left out of them is as in the engine's options; they stay as they are when the engine's change at run time. */
  thresholds?: Partial<Thresholds>;
  onFailure?: 'open' | 'closed';
  longBodies?: 'inspect' | 'reject';
  limits?: Partial<RouteLimits>;
  /** Places of this route that a person has found harmless, beside those of the engine. */
  exempt?: readonly Omit<Exemption, 'route'>[];
}

/** Options of one route in the engine's own list. */
export interface RouteRule extends RouteOptions {
  /** Method and route shape as assessments show them, e.g. `POST /articles/{id}`; without a method, every method. */
  route: string;
}

/** {@link RouteOptions} with everything filled in; made by `ApiSecurity.routeSettings`. */
export interface RouteSettings {
  /** Null: the engine's mode at the time. */
  readonly mode: Mode | null;
  /** Null: the engine's thresholds at the time. */
  readonly thresholds: Thresholds | null;
  readonly onFailure: 'open' | 'closed';
  readonly longBodies: 'inspect' | 'reject';
  readonly limits: RouteLimits;
  readonly exempt: readonly Omit<Exemption, 'route'>[];
}
