import { LEVELS } from './assessment/level.js';
import { systemClock } from './clock.js';
import { ApiSecurityError } from './errors.js';
import { jsonLogger } from './logger.js';
import { bundledModelsDirectory } from './model/load-models.js';
import { compileTrust } from './observation/client-address.js';
import type { ClientName } from './observation/client-keys.js';
import {
  check,
  group,
  hasMethods,
  isBoolean,
  isFunction,
  isLimit,
  isPositive,
  isText,
  isTexts,
  oneOf,
  optional,
} from './option-checks.js';
import { type ApiSecurityOptions, BAN_DEFAULTS, DEFAULTS, type ResolvedOptions } from './options.js';
import type { BanPolicy } from './policy/policy.js';
import {
  checkExemption,
  EXEMPTION,
  resolveLimits,
  resolveRouteOptions,
  resolveThresholds,
} from './resolve-route-options.js';
import type { Store } from './store/store.js';

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
  check(
    'runtime',
    given.runtime,
    optional(isRuntime),
    '"auto", "wasm", "onnxruntime-node", "onnxruntime-web" or a run time',
  );
  check('store', given.store, optional(hasMethods(...STORE_METHODS)), 'a Store');
  check('sequences', given.sequences, optional(hasMethods('recent', 'append', 'forget', 'close')), 'a SequenceStore');
  check(
    'coordination',
    given.coordination,
    optional(hasMethods('count', 'joinAlert', 'banOf', 'ban', 'unban', 'bans', 'publish', 'subscribe', 'close')),
    'a Coordination',
  );
  check('logger', given.logger, optional(hasMethods('debug', 'info', 'warn', 'error')), 'a logger');
  check('clock', given.clock, optional(hasMethods('now', 'monotonicMs')), 'a clock');
  for (const name of ['tenant', 'onReject'] as const) check(name, given[name], optional(isFunction), 'a function');
  const client = resolveClient(given.client);
  check('ipv6Prefix', given.ipv6Prefix, optional(isPrefix), 'a whole number from 48 to 64');
  check('secret', given.secret, optional(isText), 'a text');
  check('onFailure', given.onFailure, optional(oneOf('open', 'closed')), '"open" or "closed"');
  check('longBodies', given.longBodies, optional(oneOf('inspect', 'reject')), '"inspect" or "reject"');
  check('onModelFailure', given.onModelFailure, optional(oneOf('error', 'open')), '"error" or "open"');

  const weights = { ...DEFAULTS.weights, ...group('weights', given.weights, DEFAULTS.weights) };
  for (const [name, weight] of Object.entries(weights))
    check(`weights.${name}`, weight, isPositive, 'a number above 0');

  const thresholds = resolveThresholds('thresholds', given.thresholds, DEFAULTS.thresholds);
  const limits = resolveLimits('limits', given.limits, DEFAULTS.limits);

  const { alertLevel, actions, ban } = group('policy', given.policy, DEFAULTS.policy);
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
    checkExemption(name, exemption, { ...EXEMPTION, route: true });
    check(`${name}.route`, exemption.route, isText, 'a route such as "POST /articles/{id}"');
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

  const resolved = {
    mode: given.enabled === false ? 'off' : (given.mode ?? DEFAULTS.mode),
    models: given.models ?? bundledModelsDirectory(),
    runtime: given.runtime ?? DEFAULTS.runtime,
    weights,
    thresholds,
    store: given.store ?? null,
    sequences: given.sequences ?? null,
    coordination: given.coordination ?? null,
    client,
    ipv6Prefix: given.ipv6Prefix ?? DEFAULTS.ipv6Prefix,
    secret: given.secret ?? null,
    trustProxy: given.trustProxy ?? DEFAULTS.trustProxy,
    tenant: given.tenant ?? null,
    limits,
    routes: given.routes ?? [],
    exempt: given.exempt ?? [],
    redact: { names: names ?? [] },
    policy: { alertLevel: alertLevel ?? DEFAULTS.policy.alertLevel, actions: table, ban: resolveBan(ban) },
    logger: given.logger ?? jsonLogger(),
    onFailure: given.onFailure ?? DEFAULTS.onFailure,
    longBodies: given.longBodies ?? DEFAULTS.longBodies,
    onModelFailure: given.onModelFailure ?? DEFAULTS.onModelFailure,
    onReject: given.onReject ?? null,
    clock: given.clock ?? systemClock,
  };
  check('routes', given.routes, optional(Array.isArray), 'a list of routes');
  for (const [index, { route, ...rest }] of resolved.routes.entries()) {
    check(`routes[${index}].route`, route, isRoute, 'a route such as "POST /articles/{id}" or "/articles/{id}"');
    resolveRouteOptions(`routes[${index}]`, rest, resolved);
  }
  return deepFreeze(resolved);
}

function resolveBan(given: Partial<BanPolicy> | null | undefined): BanPolicy | null {
  if (given === undefined || given === null) return null;
  const ban = { ...BAN_DEFAULTS, ...group('policy.ban', given, BAN_DEFAULTS) };
  check('policy.ban.forMs', ban.forMs, isPositive, 'a number above 0');
  for (const name of ['rejections', 'failedLogins'] as const) {
    const threshold = ban[name];
    if (threshold === null) continue;
    const { count, withinMs } = group(`policy.ban.${name}`, threshold, { count: true, withinMs: true });
    check(`policy.ban.${name}.count`, count, isLimit, 'a whole number above 0');
    check(`policy.ban.${name}.withinMs`, withinMs, isPositive, 'a number above 0');
  }
  return Object.freeze(ban);
}

function resolveClient(given: ApiSecurityOptions['client']): readonly ClientName[] {
  if (given === undefined) return DEFAULTS.client;
  const names = Array.isArray(given) ? (given as readonly ClientName[]) : [given as ClientName];
  check('client', names, (list) => Array.isArray(list) && list.length > 0, 'a name of clients or a list of them');
  for (const name of names) check('client', name, isClientName, '"address", { header }, { cookie } or a function');
  return names;
}

const STORE_METHODS: readonly (keyof Store)[] = [
  'append',
  'logs',
  'stream',
  'alerts',
  'acknowledge',
  'statistics',
  'hourly',
  'purge',
  'audit',
  'audits',
  'settings',
  'saveSettings',
  'close',
];

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
  coordination: true,
  client: true,
  ipv6Prefix: true,
  secret: true,
  trustProxy: true,
  tenant: true,
  limits: true,
  routes: true,
  exempt: true,
  redact: true,
  policy: true,
  logger: true,
  onFailure: true,
  longBodies: true,
  onModelFailure: true,
  onReject: true,
  clock: true,
};

const isNamedRuntime = oneOf('auto', 'wasm', 'onnxruntime-node', 'onnxruntime-web');
const isRuntime = (value: unknown) => isNamedRuntime(value) || hasMethods('load')(value);
const isPrefix = (value: unknown) => Number.isInteger(value) && (value as number) >= 48 && (value as number) <= 64;
const isRoute = (value: unknown) => typeof value === 'string' && /^(?:[A-Z]+ )?\/\S*$/.test(value);
const isClientName = (value: unknown) => {
  if (value === 'address' || isFunction(value)) return true;
  const entries = Object.entries(Object(value) as object);
  return entries.length === 1 && entries.every(([kind, name]) => /^(?:header|cookie)$/.test(kind) && isText(name));
};

/** Freezes the plain objects and lists of the options; what the host passed in (stores, loggers, functions) stays its own. */
function deepFreeze(options: ResolvedOptions): ResolvedOptions {
  const { weights, thresholds, limits, redact, policy } = options;
  for (const part of [weights, thresholds, limits, redact, policy, policy.actions]) Object.freeze(part);
  return Object.freeze({
    ...options,
    client: Object.freeze([...options.client]),
    routes: Object.freeze(options.routes.map((rule) => Object.freeze({ ...rule }))),
    exempt: Object.freeze(options.exempt.map((exemption) => Object.freeze({ ...exemption }))),
  });
}
