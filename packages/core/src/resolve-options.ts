import { LEVELS } from './assessment/level.js';
import { systemClock } from './clock.js';
import { ApiSecurityError } from './errors.js';
import { jsonLogger } from './logger.js';
import { bundledModelsDirectory } from './model/load-models.js';
import { compileTrust } from './observation/client-address.js';
import { type ApiSecurityOptions, DEFAULTS, type ResolvedOptions } from './options.js';

/**
 * Checks options and fills in the defaults: the only validator.
 *
 * @throws `API_SECURITY_OPTION_UNKNOWN` or `API_SECURITY_OPTION_INVALID`, naming the option
 */
export function resolveOptions(options: ApiSecurityOptions = {}): ResolvedOptions {
  const given = group('options', options, KNOWN);
  check('enabled', given.enabled, optional(isBoolean), 'true or false');
  check('mode', given.mode, optional(oneOf('monitor', 'block', 'off')), '"monitor", "block" or "off"');
  check('models', given.models, optional(isText), 'a directory');
  check('runtime', given.runtime, optional(isRuntime), '"auto", "onnxruntime-node" or a run time');
  check(
    'store',
    given.store,
    optional(hasMethods('append', 'logs', 'alerts', 'acknowledge', 'statistics', 'purge', 'close')),
    'a Store',
  );
  check('sequences', given.sequences, optional(hasMethods('recent', 'append', 'forget', 'close')), 'a SequenceStore');
  check('logger', given.logger, optional(hasMethods('debug', 'info', 'warn', 'error')), 'a logger');
  check('clock', given.clock, optional(hasMethods('now', 'monotonicMs')), 'a clock');
  for (const name of ['client', 'tenant', 'onReject'] as const)
    check(name, given[name], optional(isFunction), 'a function');
  check('onFailure', given.onFailure, optional(oneOf('open', 'closed')), '"open" or "closed"');
  check('onModelFailure', given.onModelFailure, optional(oneOf('error', 'open')), '"error" or "open"');

  const weights = { ...DEFAULTS.weights, ...group('weights', given.weights, DEFAULTS.weights) };
  for (const [name, weight] of Object.entries(weights))
    check(`weights.${name}`, weight, isPositive, 'a number above 0');

  const thresholds = { ...DEFAULTS.thresholds, ...group('thresholds', given.thresholds, DEFAULTS.thresholds) };
  for (const [name, threshold] of Object.entries(thresholds))
    check(`thresholds.${name}`, threshold, isProbability, 'a number in [0, 1]');
  const rises = thresholds.medium <= thresholds.high && thresholds.high <= thresholds.critical;
  check('thresholds', thresholds, () => rises, 'medium ≤ high ≤ critical');

  const limits = { ...DEFAULTS.limits, ...group('limits', given.limits, DEFAULTS.limits) };
  for (const [name, limit] of Object.entries(limits))
    check(`limits.${name}`, limit, isLimit, 'a whole number from 1 to 1073741824');

  const { alertLevel, actions } = group('policy', given.policy, { alertLevel: null, actions: null });
  check('policy.alertLevel', alertLevel, optional(oneOf(...LEVELS)), 'a level');
  const table = { ...DEFAULTS.policy.actions, ...group('policy.actions', actions, DEFAULTS.policy.actions) };
  for (const [name, action] of Object.entries(table)) {
    check(`policy.actions.${name}`, action, oneOf('allow', 'flag', 'deny'), '"allow", "flag" or "deny"');
  }

  const { names } = group('redact', given.redact, { names: null });
  check('redact.names', names, optional(isTexts), 'a list of names');

  check('exempt', given.exempt, optional(Array.isArray), 'a list of exemptions');
  for (const [index, exemption] of (given.exempt ?? []).entries()) {
    const name = `exempt[${index}]`;
    const { route, field, category, expiresAt } = group(name, exemption, {
      route: null,
      field: null,
      category: null,
      expiresAt: null,
    });
    check(`${name}.route`, route, isText, 'a route such as "POST /articles/{id}"');
    check(`${name}.field`, field, optional(isText), 'a place such as "body.html"');
    check(`${name}.category`, category, optional(isText), 'a category');
    check(`${name}.expiresAt`, expiresAt, optional(isPositive), 'a time in ms since the epoch');
  }

  try {
    compileTrust(given.trustProxy ?? DEFAULTS.trustProxy);
  } catch (cause) {
    throw new ApiSecurityError(
      'API_SECURITY_OPTION_INVALID',
      `Option "trustProxy" is not a hop count, address or range.`,
      { cause },
    );
  }

  return deepFreeze({
    mode: given.enabled === false ? 'off' : (given.mode ?? DEFAULTS.mode),
    models: given.models ?? bundledModelsDirectory(),
    runtime: given.runtime ?? DEFAULTS.runtime,
    weights,
    thresholds,
    store: given.store ?? null,
    sequences: given.sequences ?? null,
    client: given.client ?? null,
    trustProxy: given.trustProxy ?? DEFAULTS.trustProxy,
    tenant: given.tenant ?? null,
    limits,
    exempt: given.exempt ?? [],
    redact: { names: names ?? [] },
    policy: { alertLevel: alertLevel ?? DEFAULTS.policy.alertLevel, actions: table },
    logger: given.logger ?? jsonLogger(),
    onFailure: given.onFailure ?? DEFAULTS.onFailure,
    onModelFailure: given.onModelFailure ?? DEFAULTS.onModelFailure,
    onReject: given.onReject ?? null,
    clock: given.clock ?? systemClock,
  });
}

/** Names of the options, for the check of unknown ones; the type makes the list complete. */
const KNOWN: Record<keyof ApiSecurityOptions, true> = {
  enabled: true,
  mode: true,
  models: true,
  runtime: true,
  weights: true,
  thresholds: true,
  store: true,
  sequences: true,
  client: true,
  trustProxy: true,
  tenant: true,
  limits: true,
  exempt: true,
  redact: true,
  policy: true,
  logger: true,
  onFailure: true,
  onModelFailure: true,
  onReject: true,
  clock: true,
};

/** An object option without its undefined fields; its names must be among those of `known`. */
function group<T extends object>(name: string, value: T | undefined, known: object): Partial<T> {
  if (value === undefined) return {};
  check(name, value, (object) => typeof object === 'object' && object !== null && !Array.isArray(object), 'an object');
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(known, key)) continue;
    const path = name === 'options' ? key : `${name}.${key}`;
    throw new ApiSecurityError(
      'API_SECURITY_OPTION_UNKNOWN',
      `There is no option "${path.slice(0, 80)}". Known here: ${Object.keys(known).join(', ')}.`,
    );
  }
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Partial<T>;
}

function check(name: string, value: unknown, holds: (value: unknown) => boolean, wanted: string): void {
  if (holds(value)) return;
  const got = typeof value === 'object' ? (JSON.stringify(value) ?? 'an object') : String(value);
  throw new ApiSecurityError(
    'API_SECURITY_OPTION_INVALID',
    `Option "${name}" must be ${wanted}; got ${got.slice(0, 80)}.`,
  );
}

const isBoolean = (value: unknown) => typeof value === 'boolean';
const isFunction = (value: unknown) => typeof value === 'function';
const isText = (value: unknown) => typeof value === 'string' && value.length > 0;
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isPositive = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value > 0;
const isProbability = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;
const isLimit = (value: unknown) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 2 ** 30;
const oneOf =
  (...allowed: readonly unknown[]) =>
  (value: unknown) =>
    allowed.includes(value);
const optional = (holds: (value: unknown) => boolean) => (value: unknown) => value === undefined || holds(value);
const hasMethods =
  (...names: readonly string[]) =>
  (value: unknown) =>
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => isFunction((value as Record<string, unknown>)[name]));
const isRuntime = (value: unknown) => value === 'auto' || value === 'onnxruntime-node' || hasMethods('load')(value);

/** Freezes the plain objects and lists of the options; what the host passed in (stores, loggers, functions) stays its own. */
function deepFreeze(options: ResolvedOptions): ResolvedOptions {
  const { weights, thresholds, limits, redact, policy } = options;
  for (const part of [weights, thresholds, limits, redact, policy, policy.actions]) Object.freeze(part);
  return Object.freeze({
    ...options,
    exempt: Object.freeze(options.exempt.map((exemption) => Object.freeze({ ...exemption }))),
  });
}
