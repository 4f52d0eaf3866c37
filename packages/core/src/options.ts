import type { IncomingMessage } from 'node:http';
import type { Assessment, Level, Mode } from './assessment/assessment.js';
import type { Thresholds } from './assessment/level.js';
import type { Clock } from './clock.js';
import { type ContentLimits, DEFAULT_CONTENT_LIMITS } from './content/limits.js';
import type { Coordination } from './coordination/coordination.js';
import type { Logger } from './logger.js';
import type { EnsembleWeights } from './model/ensemble.js';
import type { RuntimeChoice } from './model/runtime.js';
import type { ClientName } from './observation/client-keys.js';
import type { Exemption } from './policy/exemptions.js';
import type { Action, BanPolicy, Policy } from './policy/policy.js';
import type { Rejection } from './policy/rejection.js';
import type { RouteRule } from './route-settings.js';
import type { SequenceStore } from './sequence/sequence-store.js';
import type { Store } from './store/store.js';

/** Bounds on what one request may cost. What exceeds them is cut, marked on the assessment and counted. */
export interface Limits extends ContentLimits {
  /** Bytes of a body that are inspected, head and tail together. @defaultValue 131072 */
  readonly bodyBytes: number;
  /** In block mode: how long to wait for a body before the handler runs, in ms. @defaultValue 30000 */
  readonly bodyMs: number;
  /** Time for one inspection once everything is there, in ms. In monitor mode nobody waits, and it is at least 1000. @defaultValue 25 */
  readonly timeMs: number;
  /** Inspections under way at once, and in monitor mode requests that wait for one; more are skipped and counted. @defaultValue 512 */
  readonly pending: number;
  /**
   * How far the event loop may lag behind, for about half a second, before flow tower and BiLSTM are left out, in ms; at four times as
   * much the content tower is too. Marked and counted. @defaultValue 250
   */
  readonly lagMs: number;
}

/** Options of {@link createApiSecurity}. Every field may be left out; `undefined` counts as left out; unknown names are an error. */
export interface ApiSecurityOptions {
  /** False turns everything off, as `mode: 'off'` does. @defaultValue true */
  enabled?: boolean;
  /** `monitor` never rejects; `block` rejects what the policy denies; `off` does nothing at all. @defaultValue 'monitor' */
  mode?: Mode;
  /** Directory of the models, `<role>/<version>/`. Trusted configuration: never take it from a request. @defaultValue the models of `@api-security/models` */
  models?: string;
  /**
   * What runs the models: `wasm` is our own, for graphs of the shipped architectures. `onnxruntime-node` (native) and `onnxruntime-web`
   * (where native code cannot load) run any graph, and are to be installed beside.
   * @defaultValue 'auto' (`wasm` for each graph that it knows; for the others the first of the other two that loads)
   */
  runtime?: RuntimeChoice;
  /** Weights of the two members. @defaultValue cnn 0.6, bilstm 0.4 */
  weights?: Partial<EnsembleWeights>;
  /** Scores at which the level changes. @defaultValue medium 0.4, high 0.6, critical 0.8 */
  thresholds?: Partial<Thresholds>;
  /** Where assessments and alerts are kept. @defaultValue a bounded memory store */
  store?: Store;
  /** Where the clients' sequences are kept. @defaultValue a bounded memory store */
  sequences?: SequenceStore;
  /** What instances do together: counters, bans, open alerts, news. @defaultValue each by itself, in memory */
  coordination?: Coordination;
  /**
   * How clients are told apart. With several names a request belongs to all of those that it has, and the most suspicious
   * sequence counts: `['address', { header: 'x-api-key' }, (request) => request.user?.id]`. A request that has none of them is
   * known by its address. @defaultValue 'address'
   */
  client?: ClientName | readonly ClientName[];
  /** Bits of an IPv6 address that make a client, 48 to 64. @defaultValue 64, the smallest network that providers give a customer (RFC 6177) */
  ipv6Prefix?: number;
  /**
   * Keys the hashes under which API keys, sessions and accounts are known; the same for all instances that share sequences.
   * @defaultValue random for each engine
   */
  secret?: string;
  /** Which proxies' forwarded addresses count: a hop count, addresses or ranges. `true` trusts everybody and is warned of. @defaultValue false */
  trustProxy?: boolean | number | string | readonly string[];
  /** Names the tenant of a request. @defaultValue one tenant, `null` */
  tenant?: (request: IncomingMessage) => string | null | undefined;
  limits?: Partial<Limits>;
  /** What differs from route to route. An adapter's own options of a route stand in their place. @defaultValue none */
  routes?: readonly RouteRule[];
  /** Places that a person has found harmless. @defaultValue none */
  exempt?: readonly Exemption[];
  /** Names of fields and headers, beside the built-in ones, whose values never leave the request. */
  redact?: { names?: readonly string[] };
  /** Level → action, the level from which an assessment becomes an alert, and when clients are banned. */
  policy?: { alertLevel?: Level; actions?: Partial<Record<Level, Action>>; ban?: Partial<BanPolicy> | null };
  /** Pino-shaped. @defaultValue one JSON line an event to standard error at `info` and above */
  logger?: Logger;
  /** What happens to a request that could not be assessed, in block mode: `closed` answers 503. @defaultValue 'open' */
  onFailure?: 'open' | 'closed';
  /**
   * In block mode, a body longer than `limits.bodyBytes`: `inspect` reads its head and tail and marks the rest, `reject` answers 413.
   * @defaultValue 'inspect'
   */
  longBodies?: 'inspect' | 'reject';
  /** What happens when a model does not load: `error` rejects `ready()`, `open` starts degraded. @defaultValue 'error' */
  onModelFailure?: 'error' | 'open';
  /** Replaces the answer to a rejected request. Must not tell the client why. A throw falls back to the given answer. */
  onReject?: (rejection: Rejection, assessment: Assessment) => Rejection;
  /** For tests. @defaultValue the machine's clocks */
  clock?: Clock;
}

/** Options with every default filled in, frozen. */
export interface ResolvedOptions {
  readonly mode: Mode;
  readonly models: string;
  readonly runtime: RuntimeChoice;
  readonly weights: EnsembleWeights;
  readonly thresholds: Thresholds;
  readonly store: Store | null;
  readonly sequences: SequenceStore | null;
  readonly coordination: Coordination | null;
  readonly client: readonly ClientName[];
  readonly ipv6Prefix: number;
  readonly secret: string | null;
  readonly trustProxy: boolean | number | string | readonly string[];
  readonly tenant: ((request: IncomingMessage) => string | null | undefined) | null;
  readonly limits: Limits;
  readonly routes: readonly RouteRule[];
  readonly exempt: readonly Exemption[];
  readonly redact: { readonly names: readonly string[] };
  readonly policy: Policy;
  readonly logger: Logger;
  readonly onFailure: 'open' | 'closed';
  readonly longBodies: 'inspect' | 'reject';
  readonly onModelFailure: 'error' | 'open';
  readonly onReject: ((rejection: Rejection, assessment: Assessment) => Rejection) | null;
  readonly clock: Clock;
}

/** What holds where a policy bans and does not say more. */
export const BAN_DEFAULTS: BanPolicy = {
  forMs: 600_000,
  rejections: { count: 5, withinMs: 60_000 },
  failedLogins: null,
};

/** The defaults, in one place. What is not here is documented at its option. */
export const DEFAULTS: Pick<
  ResolvedOptions,
  | 'mode'
  | 'runtime'
  | 'weights'
  | 'thresholds'
  | 'client'
  | 'ipv6Prefix'
  | 'trustProxy'
  | 'limits'
  | 'policy'
  | 'onFailure'
  | 'longBodies'
  | 'onModelFailure'
> = {
  mode: 'monitor',
  runtime: 'auto',
  weights: { cnn: 0.6, bilstm: 0.4 },
  thresholds: { medium: 0.4, high: 0.6, critical: 0.8 },
  client: ['address'],
  ipv6Prefix: 64,
  trustProxy: false,
  limits: { ...DEFAULT_CONTENT_LIMITS, bodyBytes: 131_072, bodyMs: 30_000, timeMs: 25, pending: 512, lagMs: 250 },
  policy: { alertLevel: 'high', actions: { low: 'allow', medium: 'flag', high: 'flag', critical: 'deny' }, ban: null },
  onFailure: 'open',
  longBodies: 'inspect',
  onModelFailure: 'error',
};
