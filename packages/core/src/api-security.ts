import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Assessment, Mode } from './assessment/assessment.js';
import type { Thresholds } from './assessment/level.js';
import type { AuditLog } from './audit-log.js';
import type { Coordination } from './coordination/coordination.js';
import type { Counters } from './counters.js';
import type { ApiSecurityEvents } from './events.js';
import type { MeteredServer } from './flow/metered-socket.js';
import type { ModelFiles } from './model/load-models.js';
import type { DescribedRequest } from './observation/from-described-request.js';
import type { ResolvedOptions } from './options.js';
import type { Bans } from './policy/bans.js';
import type { Rejection, RejectionCode } from './policy/rejection.js';
import type { RouteOptions, RouteSettings } from './route-settings.js';
import type { RuntimeSettings } from './runtime-settings.js';
import type { SequenceStore } from './sequence/sequence-store.js';
import type { Store } from './store/store.js';

/** What an adapter knows of a request that the engine cannot read off the Node request. All of it is optional. */
export interface RequestContext {
  /** What holds on the request's route, from {@link ApiSecurity.routeSettings}; null or absent: what the engine's options say. */
  readonly settings?: RouteSettings | null;
  /** The framework's own request, where it is another object; handed to the `client` option. */
  readonly host?: unknown;
  /** The whole request target, where a router takes a mount path off the Node request's; absent: `originalUrl` or `url`. */
  readonly url?: string;
  /** What the host's body parser made of the body, when one has run; asked when the request is inspected. */
  readonly body?: () => unknown;
  /** Is given the assessment as soon as there is one, to put it on the framework's request. */
  readonly expose?: (assessment: Assessment) => void;
  /**
   * The route is not known yet: the watch begins and nothing waits. Whoever guards the request next decides by the settings of
   * its route, also to leave it alone, and says what else is known by then. What nobody decides about is inspected when its
   * response has ended, and never rejected. @defaultValue false
   */
  readonly early?: boolean;
}

/** What an adapter does with a request that was held: go on to the handler, send the rejection, or nothing, because nobody is left to answer. */
export type Verdict =
  | { readonly action: 'continue' }
  | { readonly action: 'reject'; readonly rejection: Rejection; readonly code: RejectionCode }
  | { readonly action: 'leave' };

/** What the host knows of log-ins. Call it while the request is being answered. */
export interface Logins {
  /**
   * The credentials were wrong. `user` is the account that was tried; it is kept as a keyed hash, and many tries from many
   * addresses become an alert.
   * @param request - the Node request, or the framework's own that has it as `raw` or `req`
   */
  failed(request: LoginRequest, user?: string): void;
  /** The credentials were right. */
  succeeded(request: LoginRequest, user?: string): void;
}

/** A Node request, or a framework's request that holds one. */
export type LoginRequest = IncomingMessage | { readonly raw: IncomingMessage } | { readonly req: IncomingMessage };

/** How {@link ApiSecurity.analyze} treats the client's sequence. */
export interface AnalyzeOptions {
  /** Reads the sequence of the request's `client` and adds this request to it. @defaultValue false: nothing is touched */
  readonly record?: boolean;
}

/** The engine: made once at start, used by adapters for every request. */
export interface ApiSecurity {
  /**
   * What it does with requests. Assign to switch at run time; `off` stops timers and meters at once, and a request under way
   * is finished in the mode it began in. What is assigned holds in this process, until somebody changes the mode in {@link settings}.
   * @throws `API_SECURITY_OPTION_INVALID` for any other value
   */
  mode: Mode;
  /** The options with every default filled in. */
  readonly options: ResolvedOptions;
  /** A live view; copy it to keep a moment. */
  readonly counters: Readonly<Counters>;
  readonly store: Store;
  readonly sequences: SequenceStore;
  readonly coordination: Coordination;
  /** Clients whose requests are rejected unread, in block mode: `bans.ban({ … })`, `bans.unban(clientKey)`, `bans.list()`. */
  readonly bans: Pick<Bans, 'of' | 'ban' | 'unban' | 'list'>;
  /**
   * Mode, thresholds and exemptions that people change at run time, for all instances that share a store:
   * `settings.change({ … }, by)`, `settings.exempt({ … }, by)`, `settings.unexempt(id, by)`.
   */
  readonly settings: Pick<RuntimeSettings, 'current' | 'change' | 'exempt' | 'unexempt'>;
  /** Scores at which the level changes, now, on routes that have none of their own. */
  readonly thresholds: Thresholds;
  /** Writes down who changes what: `audit.record({ … })`. The engine itself writes nothing there. */
  readonly audit: Pick<AuditLog, 'record'>;
  /** Manifests of the models and where they came from. */
  readonly models: readonly ModelFiles[];

  /**
   * Resolves when the models are loaded, and the settings that people have changed at run time; requests before that wait for the
   * models for up to a second, and go by the options. May be awaited many times.
   * Rejects with the code of the model that did not load, unless `onModelFailure` is `open`.
   */
  ready(): Promise<void>;

  /**
   * Meters a server's connections from their first byte, so that those which never finish a request are assessed too, and
   * guards its WebSocket handshakes, which pass every middleware by.
   * @returns takes it back
   */
  attach(server: MeteredServer): () => void;

  /**
   * Watches one request; what adapters call. Never throws and the promise never rejects.
   *
   * @returns null when there is nothing to wait for (monitor mode, or off): go on at once. Otherwise a promise of what to do.
   */
  guard(request: IncomingMessage, response: ServerResponse, context?: RequestContext): Promise<Verdict> | null;

  /**
   * Checks the options of a route, once, for {@link RequestContext.settings}.
   * @returns null for none
   * @throws `API_SECURITY_OPTION_UNKNOWN` or `API_SECURITY_OPTION_INVALID`, naming the option
   */
  routeSettings(options?: RouteOptions): RouteSettings | null;

  /**
   * What the host knows of log-ins. Without it, answers of 401 and 403 on routes that look like log-ins are what is learnt
   * from; tell it where a wrong password is answered in another way, or to see that many addresses try one account.
   */
  readonly login: Logins;

  /**
   * Scores a described request as if a new client had sent it. Pure: stores, sequences and counters of requests stay as they
   * are unless `record` is set.
   * Rejects with `API_SECURITY_REQUEST_INVALID`, with a model's load error, or with `API_SECURITY_CLOSED`.
   */
  analyze(request: DescribedRequest, options?: AnalyzeOptions): Promise<Assessment>;
  /** As {@link analyze}, in order. Rejects when one request is invalid, naming its index. */
  analyzeBatch(requests: readonly DescribedRequest[], options?: AnalyzeOptions): Promise<Assessment[]>;

  on<E extends keyof ApiSecurityEvents>(event: E, listener: ApiSecurityEvents[E]): this;
  off<E extends keyof ApiSecurityEvents>(event: E, listener: ApiSecurityEvents[E]): this;
  once<E extends keyof ApiSecurityEvents>(event: E, listener: ApiSecurityEvents[E]): this;

  /** Writes what is queued for at most a second, then lets go of servers, timers, models and own stores. Idempotent. */
  close(): Promise<void>;
}
