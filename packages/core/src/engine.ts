import type { IncomingMessage, ServerResponse } from 'node:http';
import { uuidV7 } from './alert/uuid-v7.js';
import type { AnalyzeOptions, ApiSecurity, RequestContext } from './api-security.js';
import { type AssessmentRules, assess } from './assessment/assess.js';
import type { Assessment, Mode } from './assessment/assessment.js';
import { categoryOf } from './assessment/evidence.js';
import { reaches } from './assessment/level.js';
import { readContent } from './content/content.js';
import type { Counters } from './counters.js';
import { Deadline } from './deadline.js';
import { ApiSecurityError } from './errors.js';
import type { ApiSecurityEvents } from './events.js';
import type { MeteredServer } from './flow/metered-socket.js';
import { Guard } from './guard.js';
import type { Inspection, Row, Subject, SubjectEnd } from './inspection.js';
import { type ModelFiles, readModels } from './model/load-models.js';
import { Members } from './model/members.js';
import type { ValueScore } from './model/score-content.js';
import { type DescribedRequest, observeDescribedRequest } from './observation/from-described-request.js';
import type { Observation, ObservedResponse } from './observation/observation.js';
import { createRedactor, type Redactor } from './observation/redact.js';
import type { ApiSecurityOptions, ResolvedOptions } from './options.js';
import { decide } from './policy/decide.js';
import { isExempt } from './policy/exemptions.js';
import type { Rejection } from './policy/rejection.js';
import { Recorder } from './recorder.js';
import { resolveOptions } from './resolve-options.js';
import { signalsAtCompletion, signalsAtDecision } from './sequence/behaviour-signals.js';
import { memorySequenceStore } from './sequence/memory-sequence-store.js';
import { type RouteShape, routeShape } from './sequence/route-shape.js';
import type { SequenceStore } from './sequence/sequence-store.js';
import { createStep, type Step, stepValues } from './sequence/step.js';
import { sequenceKeyOf } from './sequence/sequence-key.js';
import { sequenceWindow } from './sequence/window.js';
import { memoryStore } from './store/memory-store.js';
import type { Store } from './store/store.js';

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
  return new Engine(resolveOptions(options));
}

/** The whole row: observation → content, flow, sequence → models → assessment → decision → events and storage. */
class Engine implements ApiSecurity, Row {
  readonly options: ResolvedOptions;
  readonly store: Store;
  readonly sequences: SequenceStore;
  models: readonly ModelFiles[] = [];
  readonly #recorder: Recorder;
  readonly #members: Members;
  readonly #guard: Guard;
  readonly #rules: AssessmentRules;
  readonly #nextId: () => string;
  #mode: Mode = 'off';
  #closing: Promise<void> | null = null;

  constructor(options: ResolvedOptions) {
    this.options = options;
    this.store = options.store ?? memoryStore();
    this.sequences = options.sequences ?? memorySequenceStore({ clock: options.clock });
    this.#recorder = new Recorder(options, this.store);
    this.#rules = { ...options, redactor: createRedactor(options.redact) };
    this.#members = new Members({ ...options, onFailure: (part, error) => this.#recorder.degraded(part, error) });
    this.#nextId = uuidV7(options.clock);
    this.#guard = new Guard(options, this, this.#recorder);
    this.mode = options.mode;
  }

  async inspect(subject: Subject): Promise<Inspection> {
    const { clock, limits, policy } = this.options;
    const { redactor } = this.#rules;
    const { observation, features } = subject;
    await this.#members.settled();
    const startedMs = clock.monotonicMs();
    const deadline = new Deadline(clock, limits.timeMs);

    const content = readContent(observation, limits);
    const shape = routeShape(observation.method, observation.path, observation.query);
    const [scored, flow, recent] = await Promise.all([
      this.#members.scoreContent(content.values, deadline),
      features && this.#members.scoreFlow(features, deadline),
      this.#recentSteps(subject, deadline),
    ]);
    const values = scored && this.#withoutExempted(scored.scores, shape, observation);
    const signals = signalsAtDecision(recent ?? [], {
      at: observation.at,
      method: observation.method,
      shape,
      contentScore: values?.[0]?.score ?? null,
    });
    const before = stepValues(features, signals);
    const sequence = await this.#members.scoreSequence(sequenceWindow(recent ?? [], before), deadline);

    const belief = assess(
      {
        ...describeSubject(subject, shape, redactor),
        content: values,
        flow,
        sequence,
        certain: this.#members.certain,
        features,
        signals,
        inspectedBytes: content.inspectedBytes,
        truncated: union(observation.marks.truncated, content.truncated, scored?.truncated),
        unparsed: union(observation.marks.unparsed, content.unparsed),
        degraded: absentParts({ content: scored, flow: features === null ? 'not there' : flow, sequence, sequences: recent }),
        durationMs: clock.monotonicMs() - startedMs,
      },
      this.#rules,
    );
    const decision = decide(belief.level, subject.mode, policy);
    return { subject, before, shape, assessment: { ...belief, decision, response: null } };
  }

  async complete({ subject, shape, assessment, before }: Inspection, { response, features }: SubjectEnd): Promise<void> {
    const { sequenceKey, kind } = subject;
    if (sequenceKey === null) return;
    const { at, method, tenant, client } = subject.observation;
    const signals = signalsAtCompletion(
      await this.sequences.recent(sequenceKey),
      { at, method, shape, contentScore: assessment.scores.content },
      // An answer of ours is an error that the client met, not a log-in that failed.
      assessment.decision.action === 'deny' ? { ...response, status: 400 } : response,
    );
    const { route, ids } = shape;
    const step = createStep({ at, flow: features, signals, route, ids });
    await this.sequences.append(sequenceKey, step);
    if (reaches(assessment.level, 'medium')) this.sequences.watch?.(sequenceKey);
    this.#recorder.step({ subject: kind, tenant, client, at, before, after: step.values, flow: features !== null, route, ids });
  }

  get mode(): Mode {
    return this.#mode;
  }

  set mode(mode: Mode) {
    if (mode !== 'monitor' && mode !== 'block' && mode !== 'off') {
      throw new ApiSecurityError('API_SECURITY_OPTION_INVALID', `"mode" must be "monitor", "block" or "off"; got ${String(mode).slice(0, 80)}.`);
    }
    if (this.#closing !== null && mode !== 'off') throw new ApiSecurityError('API_SECURITY_CLOSED', 'The engine is closed: make a new one.');
    const wasOff = this.#mode === 'off';
    if (wasOff && mode !== 'off') this.#start();
    if (mode === 'off') this.#guard.pause();
    this.#mode = mode;
  }

  get counters(): Readonly<Counters> {
    return { ...this.#recorder.counters, rows: this.#members.rows };
  }

  ready(): Promise<void> {
    return this.#mode === 'off' ? Promise.resolve() : this.#load();
  }

  attach(server: MeteredServer): () => void {
    return this.#guard.attach(server, this.#mode !== 'off');
  }

  guard(request: IncomingMessage, response: ServerResponse, context: RequestContext = {}): Promise<Rejection | null> | null {
    return this.#mode === 'off' ? null : this.#guard.watch(request, response, context, this.#mode);
  }

  async analyze(request: DescribedRequest, options: AnalyzeOptions = {}): Promise<Assessment> {
    if (this.#closing !== null) throw new ApiSecurityError('API_SECURITY_CLOSED', 'The engine is closed: make a new one.');
    if (this.models.length === 0) this.#readModels();
    await this.#load();
    const { clock, limits } = this.options;
    const observation = observeDescribedRequest(request, { clock, tenant: null, bodyBytes: limits.bodyBytes });
    const recorded = options.record === true && request.client !== undefined;
    const inspection = await this.inspect({
      id: this.#nextId(),
      kind: 'request',
      mode: this.#mode,
      observation,
      features: null,
      sequenceKey: recorded ? sequenceKeyOf(observation) : null,
    });
    if (recorded) await this.complete(inspection, { response: { status: 0, bytes: 0, durationMs: 0 }, features: null });
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

  #start(): void {
    this.#readModels();
    this.#guard.resume();
    this.#load().then(
      () => this.#tellStart(),
      (error: unknown) => this.#recorder.failed(error),
    );
  }

  #readModels(): void {
    const { models, onModelFailure } = this.options;
    const onProblem = onModelFailure === 'open' ? (error: unknown) => this.#recorder.degraded('models', error) : undefined;
    this.models = readModels(models, onProblem);
  }

  async #load(): Promise<void> {
    try {
      await this.#members.load(this.models);
    } catch (error) {
      if (this.options.onModelFailure === 'error') throw error;
      this.#recorder.degraded('models', error);
    }
  }

  /** The client's steps so far; none for a client judged as new, null when the store could not say. */
  async #recentSteps({ sequenceKey }: Subject, deadline: Deadline): Promise<readonly Step[] | null> {
    if (sequenceKey === null) return [];
    try {
      return await deadline.within(Promise.resolve(this.sequences.recent(sequenceKey)));
    } catch (error) {
      this.#recorder.degraded('sequences', error);
      return null;
    }
  }

  #withoutExempted(values: readonly ValueScore[], shape: RouteShape, { method, at }: Observation): readonly ValueScore[] {
    const { exempt } = this.options;
    if (exempt.length === 0) return values;
    const route = `${method} ${shape.shape}`;
    return values.filter((found) => !isExempt(exempt, { route, place: found.value.place, category: categoryOf(found), at }));
  }

  #tellStart(): void {
    const { logger, trustProxy } = this.options;
    const models = this.models.map(({ manifest }) => `${manifest.role} ${manifest.version} ${manifest.sha256.slice(0, 12)}`);
    const client = trustProxy === false ? 'socket address' : 'forwarded address, behind trusted proxies';
    logger.info({ mode: this.#mode, models, store: this.options.store ? 'custom' : 'memory', client }, 'api-security is watching');
    if (trustProxy === true) {
      logger.warn({ trustProxy }, 'trustProxy is true: every client can name the address it is known by');
    }
  }

  async #close(): Promise<void> {
    this.mode = 'off';
    await this.#recorder.close();
    await this.#members.close();
    if (this.options.store === null) await this.store.close();
    if (this.options.sequences === null) await this.sequences.close();
  }
}

/** What an assessment says of its subject, redacted. */
function describeSubject(subject: Subject, shape: RouteShape, redactor: Redactor): SubjectDescription {
  const { id, kind, mode, observation } = subject;
  const { at, tenant, client, method, url, headers } = observation;
  const userAgent = headers.find(([name]) => name === 'user-agent')?.[1] ?? '';
  return {
    id,
    at,
    subject: kind,
    mode,
    tenant,
    client,
    request: {
      method,
      route: shape.shape,
      path: redactor.url(url),
      headers: redactor.headers(headers),
      userAgent: redactor.text(userAgent, 'header.user-agent'),
    },
  };
}

type SubjectDescription = Pick<Assessment, 'id' | 'at' | 'subject' | 'mode' | 'tenant' | 'client' | 'request'>;

/** Names of the parts that are null. */
function absentParts(parts: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(parts).filter((name) => parts[name] === null);
}

function union(...sets: readonly (ReadonlySet<string> | undefined)[]): string[] {
  return [...new Set(sets.flatMap((set) => (set === undefined ? [] : [...set])))];
}
