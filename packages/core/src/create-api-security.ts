import type { IncomingMessage, ServerResponse } from 'node:http';
import { uuidV7 } from './alert/uuid-v7.js';
import type { AnalyzeOptions, ApiSecurity, LoginRequest, Logins, RequestContext, Verdict } from './api-security.js';
import type { Assessment, Mode } from './assessment/assessment.js';
import type { Thresholds } from './assessment/level.js';
import { AuditLog } from './audit-log.js';
import { ConnectionGuard } from './connection-guard.js';
import type { Coordination } from './coordination/coordination.js';
import { memoryCoordination } from './coordination/memory-coordination.js';
import type { Counters } from './counters.js';
import { Engine } from './engine.js';
import { ApiSecurityError } from './errors.js';
import type { ApiSecurityEvents } from './events.js';
import type { MeteredServer } from './flow/metered-socket.js';
import { Guard } from './guard.js';
import { LoopLag } from './loop-lag.js';
import { type ModelFiles, readModels } from './model/load-models.js';
import { Members } from './model/members.js';
import { type DescribedRequest, observeDescribedRequest } from './observation/from-described-request.js';
import type { ApiSecurityOptions, ResolvedOptions } from './options.js';
import { Bans } from './policy/bans.js';
import { Recorder } from './recorder.js';
import { resolveOptions } from './resolve-options.js';
import type { RouteOptions, RouteSettings } from './route-settings.js';
import { Routes } from './routes.js';
import { RuntimeSettings } from './runtime-settings.js';
import { memorySequenceStore } from './sequence/memory-sequence-store.js';
import { sequenceKeyOf } from './sequence/sequence-key.js';
import type { SequenceStore } from './sequence/sequence-store.js';
import { memoryStore } from './store/memory-store.js';
import type { Store } from './store/store.js';
import { Turns } from './turns.js';
import { guardUpgrades } from './upgrade-guard.js';

/**
 * Makes the engine. Make it once at start and use it for every request.
 *
 * @throws `API_SECURITY_OPTION_UNKNOWN`, `API_SECURITY_OPTION_INVALID`, or the code of a model that is missing or broken
 * @example
 * ```ts
 * const security = createApiSecurity({ mode: 'monitor' });
 * security.on('alert', (alert) => log.warn({ alert }, 'suspicious request'));
 * app.use(apiSecurity(security));
 * await security.ready();
 * ```
 */
export function createApiSecurity(options?: ApiSecurityOptions): ApiSecurity {
  return new Instance(resolveOptions(options));
}

/** One engine as its users see it: the row with both its ends, the models, and a switch. */
class Instance implements ApiSecurity {
  readonly options: ResolvedOptions;
  readonly store: Store;
  readonly sequences: SequenceStore;
  readonly coordination: Coordination;
  readonly bans: Bans;
  readonly settings: RuntimeSettings;
  readonly audit: AuditLog;
  readonly login: Logins;
  models: readonly ModelFiles[] = [];
  readonly #recorder: Recorder;
  readonly #lag: LoopLag;
  readonly #members: Members;
  readonly #engine: Engine;
  readonly #routes: Routes;
  readonly #connections: ConnectionGuard;
  readonly #guard: Guard;
  readonly #nextId: () => string;
  #mode: Mode = 'off';
  #closing: Promise<void> | null = null;

  constructor(options: ResolvedOptions) {
    this.options = options;
    this.store = options.store ?? memoryStore();
    this.sequences = options.sequences ?? memorySequenceStore({ clock: options.clock });
    this.coordination = options.coordination ?? memoryCoordination({ clock: options.clock });
    this.bans = new Bans(this.coordination, options.policy.ban, options.clock);
    const { store, coordination, bans } = this;
    this.#recorder = new Recorder(options, { store, coordination, bans });
    this.audit = new AuditLog(store, options.clock);
    this.settings = new RuntimeSettings(options, {
      store,
      coordination,
      onMode: (mode) => this.#switch(mode),
      onChange: (settings) => this.#recorder.settingsChanged(settings),
      onProblem: (error) => this.#recorder.degraded('settings', error),
    });
    for (const [part, shared] of Object.entries({ sequences: this.sequences, coordination })) {
      shared.onTrouble?.((error) => error === null || this.#recorder.degraded(part, error));
    }
    this.#lag = new LoopLag({ clock: options.clock, limitMs: options.limits.lagMs });
    this.#members = new Members({
      ...options,
      lag: this.#lag,
      onFailure: (part, error) => this.#recorder.degraded(part, error),
    });
    this.#routes = new Routes(options);
    const { sequences, settings } = this;
    const [members, recorder, routes] = [this.#members, this.#recorder, this.#routes];
    this.#engine = new Engine(options, { members, sequences, recorder, settings });
    const row = this.#engine;
    const turns = new Turns(row, recorder, options.limits.pending);
    this.#connections = new ConnectionGuard(options, row, turns, recorder, routes);
    this.#guard = new Guard(options, { row, turns, recorder, routes, bans, connections: this.#connections });
    this.login = {
      failed: (request, user) => this.#loggedIn(request, 'failed', user),
      succeeded: (request, user) => this.#loggedIn(request, 'succeeded', user),
    };
    this.#nextId = uuidV7(options.clock);
    this.mode = options.mode;
  }

  get mode(): Mode {
    return this.#mode;
  }

  set mode(mode: Mode) {
    if (mode !== 'monitor' && mode !== 'block' && mode !== 'off') {
      throw new ApiSecurityError(
        'API_SECURITY_OPTION_INVALID',
        `"mode" must be "monitor", "block" or "off"; got ${String(mode).slice(0, 80)}.`,
      );
    }
    this.#switch(mode);
    if (mode === 'off') this.settings.rest();
    else this.settings.watch();
  }

  get thresholds(): Thresholds {
    return this.settings.thresholds;
  }

  get counters(): Readonly<Counters> {
    return { ...this.#recorder.counters, rows: this.#members.rows };
  }

  ready(): Promise<void> {
    return this.#mode === 'off' ? Promise.resolve() : this.#ready();
  }

  attach(server: MeteredServer): () => void {
    const detach = this.#connections.attach(server, this.#mode !== 'off');
    const release = guardUpgrades(server, (request, response) =>
      this.#mode === 'off' ? null : this.#guard.watch(request, response, {}, this.#mode),
    );
    return () => {
      release();
      detach();
    };
  }

  guard(request: IncomingMessage, response: ServerResponse, context: RequestContext = {}): Promise<Verdict> | null {
    return this.#mode === 'off' ? null : this.#guard.watch(request, response, context, this.#mode);
  }

  routeSettings(options?: RouteOptions): RouteSettings | null {
    return options === undefined ? null : this.#routes.settings(options);
  }

  async analyze(request: DescribedRequest, options: AnalyzeOptions = {}): Promise<Assessment> {
    this.#mustBeOpen();
    if (this.models.length === 0) this.#readModels();
    await this.#load();
    const { clock, limits } = this.options;
    const observation = observeDescribedRequest(request, { clock, tenant: null, bodyBytes: limits.bodyBytes });
    const recorded = options.record === true && request.client !== undefined;
    const inspection = await this.#engine.inspect({
      id: this.#nextId(),
      kind: 'request',
      mode: this.#mode,
      settings: this.#routes.of(observation.method, observation.path),
      observation,
      features: null,
      sequenceKeys: recorded ? [sequenceKeyOf(null, observation.client.key)] : [],
    });
    if (recorded) {
      const response = { status: 0, bytes: 0, durationMs: 0 };
      await this.#engine.complete(inspection, { response, features: null, login: null, sequenceKeys: [] });
    }
    return inspection.assessment;
  }

  async analyzeBatch(requests: readonly DescribedRequest[], options?: AnalyzeOptions): Promise<Assessment[]> {
    const assessments: Assessment[] = [];
    for (const [index, request] of requests.entries()) {
      try {
        assessments.push(await this.analyze(request, options));
      } catch (cause) {
        if (!(cause instanceof ApiSecurityError) || cause.code !== 'API_SECURITY_REQUEST_INVALID') throw cause;
        throw new ApiSecurityError(cause.code, `Request ${index}: ${cause.message}`, { cause });
      }
    }
    return assessments;
  }

  on<E extends keyof ApiSecurityEvents>(event: E, listener: ApiSecurityEvents[E]): this {
    this.#recorder.emitter.on(event, listener);
    return this;
  }

  off<E extends keyof ApiSecurityEvents>(event: E, listener: ApiSecurityEvents[E]): this {
    this.#recorder.emitter.off(event, listener);
    return this;
  }

  once<E extends keyof ApiSecurityEvents>(event: E, listener: ApiSecurityEvents[E]): this {
    this.#recorder.emitter.once(event, listener);
    return this;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Nothing that a host may pass can throw here: a log-in must not fail for us. */
  #loggedIn(given: LoginRequest, outcome: 'failed' | 'succeeded', user: unknown): void {
    if (this.#mode === 'off') return;
    const holder = Object(given) as { raw?: object; req?: object };
    const found = [given, holder.raw, holder.req].some(
      (request) =>
        typeof request === 'object' &&
        request !== null &&
        this.#guard.login(request as IncomingMessage, outcome, typeof user === 'string' ? user : undefined),
    );
    if (!found) this.#recorder.failed(new Error('login: the request is none that is watched'));
  }

  #mustBeOpen(): void {
    if (this.#closing === null) return;
    throw new ApiSecurityError('API_SECURITY_CLOSED', 'The engine is closed: make a new one.');
  }

  #switch(mode: Mode): void {
    if (mode !== 'off') this.#mustBeOpen();
    const wasOff = this.#mode === 'off';
    if (wasOff && mode !== 'off') this.#start();
    if (mode === 'off') this.#pause();
    this.#mode = mode;
  }

  #pause(): void {
    this.#connections.pause();
    this.#lag.rest();
  }

  #start(): void {
    this.#readModels();
    this.#connections.resume();
    this.#lag.watch();
    this.#load().then(
      () => this.#tellStart(),
      (error: unknown) => this.#recorder.failed(error),
    );
  }

  #readModels(): void {
    const { models, onModelFailure } = this.options;
    const onProblem =
      onModelFailure === 'open' ? (error: unknown) => this.#recorder.degraded('models', error) : undefined;
    this.models = readModels(models, onProblem);
  }

  async #ready(): Promise<void> {
    await Promise.all([this.#load(), this.settings.look()]);
  }

  async #load(): Promise<void> {
    try {
      await this.#members.load(this.models);
    } catch (error) {
      if (this.options.onModelFailure === 'error') throw error;
      this.#recorder.degraded('models', error);
    }
  }

  #tellStart(): void {
    const { logger, trustProxy } = this.options;
    const models = this.models.map(
      ({ manifest }) => `${manifest.role} ${manifest.version} ${manifest.sha256.slice(0, 12)}`,
    );
    const client = trustProxy === false ? 'socket address' : 'forwarded address, behind trusted proxies';
    logger.info(
      { mode: this.#mode, models, store: this.options.store ? 'custom' : 'memory', client },
      'api-security is watching',
    );
    if (trustProxy === true) {
      logger.warn({ trustProxy }, 'trustProxy is true: every client can name the address it is known by');
    }
  }

  async #close(): Promise<void> {
    this.mode = 'off';
    this.settings.close();
    await this.#recorder.close();
    await this.#members.close();
    if (this.options.store === null) await this.store.close();
    if (this.options.sequences === null) await this.sequences.close();
    if (this.options.coordination === null) await this.coordination.close();
  }
}
