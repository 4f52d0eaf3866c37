import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { uuidV7 } from './alert/uuid-v7.js';
import { Answers } from './answers.js';
import type { RequestContext, Verdict } from './api-security.js';
import type { Assessment, Mode } from './assessment/assessment.js';
import { reaches } from './assessment/level.js';
import type { ConnectionGuard } from './connection-guard.js';
import type { Ban } from './coordination/ban.js';
import type { Inspection, Row, SubjectEnd } from './inspection.js';
import { awaitsContinue } from './observation/body-stream.js';
import { tapBody } from './observation/body-tap.js';
import { clientAddress, compileTrust, type Trust } from './observation/client-address.js';
import { ClientKeys } from './observation/client-keys.js';
import { observeNodeRequest, splitTarget, targetOf, trailersOf } from './observation/from-node-request.js';
import { type ObservedResponse, openMarks } from './observation/observation.js';
import { readBodyAhead } from './observation/read-body-ahead.js';
import { observedBody } from './observation/request-body.js';
import type { ResolvedOptions } from './options.js';
import type { Bans } from './policy/bans.js';
import { type AnswerableResponse, writeRejection } from './policy/write-rejection.js';
import type { Recorder } from './recorder.js';
import type { RouteSettings } from './route-settings.js';
import type { Routes } from './routes.js';
import { sequenceKeyOf } from './sequence/sequence-key.js';
import type { Turns } from './turns.js';
import { type AnsweringResponse, isLate, isLeft, type Visit } from './visit.js';

/** The parts that a guard works with. */
export interface GuardParts {
  readonly row: Row;
  readonly turns: Turns;
  readonly recorder: Recorder;
  readonly routes: Routes;
  readonly bans: Bans;
  readonly connections: ConnectionGuard;
}

/** The left end of the row: HTTP requests from their arrival to their response's end. */
export class Guard {
  readonly #options: ResolvedOptions;
  readonly #parts: GuardParts;
  readonly #trust: Trust;
  readonly #keys: ClientKeys;
  readonly #answers: Answers;
  readonly #nextId: () => string;
  readonly #visits = new WeakMap<IncomingMessage, Visit>();

  constructor(options: ResolvedOptions, parts: GuardParts) {
    this.#options = options;
    this.#parts = parts;
    this.#answers = new Answers(options, parts.recorder);
    this.#trust = compileTrust(options.trustProxy);
    this.#keys = new ClientKeys(options.client, options.ipv6Prefix, options.secret ?? randomBytes(32));
    this.#nextId = uuidV7(options.clock);
  }

  /** As `ApiSecurity.guard`, while the engine is on. */
  watch(
    request: IncomingMessage,
    response: AnsweringResponse,
    context: RequestContext,
    engineMode: Mode,
  ): Promise<Verdict> | null {
    const { recorder } = this.#parts;
    try {
      const known = this.#visits.get(request);
      if (known !== undefined) return this.#again(known, context, engineMode);
      const settings = context.settings ?? this.#settingsOf(request, context);
      const mode = settings.mode ?? engineMode;
      if (mode === 'off' && context.early !== true) {
        recorder.counters.skipped += 1;
        return null;
      }
      if (context.early !== true) recorder.counters.requests += 1;
      const visit = this.#begin(request, response, context, mode, settings);
      this.#visits.set(request, visit);
      const ban = visit.mode === 'block' ? this.#banOf(visit) : null;
      if (ban === null) visit.inspected = this.#inspect(visit);
      void this.#finish(visit);
      if (ban !== null) return this.#turnedAway(visit, ban);
      return visit.mode === 'block' ? this.#held(visit) : null;
    } catch (error) {
      this.#unscored(error);
      return null;
    }
  }

  /** What the host knows of a log-in; false when the request is none that is watched. */
  login(request: IncomingMessage, outcome: 'failed' | 'succeeded', user: string | undefined): boolean {
    const visit = this.#visits.get(request);
    if (visit === undefined) return false;
    visit.login = { outcome, user: user === undefined || user === '' ? null : user };
    return true;
  }

  #settingsOf(request: IncomingMessage, { url }: RequestContext): RouteSettings {
    return this.#parts.routes.of(request.method ?? '', splitTarget(url ?? targetOf(request)).path);
  }

  #begin(
    request: IncomingMessage,
    response: AnsweringResponse,
    context: RequestContext,
    mode: Mode,
    settings: RouteSettings,
  ): Visit {
    const { clock } = this.#options;
    const address = clientAddress(request, this.#trust);
    const clientKeys = this.#keys.of({ request, host: context.host, address });
    const client = { address, key: clientKeys[0] };
    const tenant = this.#tenantOf(request);
    const marks = openMarks();
    // The streams of HTTP/2 share a socket.
    const meter = request.httpVersionMajor >= 2 ? null : this.#parts.connections.meterOf(request.socket, address);
    meter?.requestStarted(request);
    let hurry = (): void => {};
    const hurried = new Promise<void>((resolve) => {
      hurry = resolve;
    });
    const early = context.early === true;
    let decide = (): void => {};
    const decided = new Promise<void>((resolve) => {
      decide = resolve;
    });
    if (!early) decide();
    return {
      request,
      response,
      context,
      mode: early && mode === 'block' ? 'monitor' : mode,
      settings,
      undecided: early,
      decided,
      decide,
      begun: response.headersSent,
      id: this.#nextId(),
      observation: {
        ...observeNodeRequest(request, { clock, client, tenant, url: context.url, body: null, marks }),
        marks,
      },
      clientKeys,
      meter,
      writtenBefore: bytesWrittenBy(request),
      // A look at every chunk: an upload is as many virtual packets as it has chunks.
      tap: tapBody(request, settings.limits, response, () => meter?.sample()),
      ended: new Promise((resolve) => response.once('close', resolve)),
      hurried,
      hurry,
      inspected: Promise.resolve(null),
      verdict: null,
      sawEnd: false,
      sawParsed: false,
      counted: false,
      over: false,
      late: false,
      turnedAway: false,
      login: null,
    };
  }

  /**
   * A second middleware on the same request, on a router or a route: it may be stricter than the first, and waits for what the
   * first began. Behind one that came early it may be more lenient too, unless yet another wants the request inspected.
   */
  #again(visit: Visit, context: RequestContext, engineMode: Mode): Promise<Verdict> | null {
    if (context.early === true) return null;
    const { settings, expose } = context;
    const { early } = visit.context;
    if (early === true) visit.context = { ...visit.context, ...context };
    if (expose !== undefined) {
      void visit.inspected.then((inspection) => inspection === null || expose(inspection.assessment)).catch(() => {});
    }
    const own = settings ?? (early === true ? this.#settingsOf(visit.request, visit.context) : null);
    if (own === null || (visit.verdict !== null && own === visit.settings)) return this.#knowing(visit, context);
    const mode = own.mode ?? engineMode;
    if (mode !== 'block' && !visit.undecided) return visit.verdict;
    visit.mode = mode;
    visit.settings = own;
    visit.tap.narrow(own.limits.bodyBytes);
    // Left alone by one handler: another one of the same request may still want it inspected.
    if (mode === 'off') return null;
    const ban = mode === 'block' ? this.#banOf(visit) : null;
    visit.turnedAway = ban !== null;
    this.#decide(visit);
    if (ban !== null) return this.#turnedAway(visit, ban);
    if (mode === 'monitor') return null;
    const before = visit.inspected;
    visit.inspected = this.#hurried(visit, before);
    return this.#held(visit);
  }

  /** What holds of a request that was decided about; inspected once more where a parser has read of its body what we could not. */
  #knowing(visit: Visit, { body }: RequestContext): Promise<Verdict> | null {
    if (visit.verdict === null || visit.sawParsed || body?.() === undefined) return visit.verdict;
    const before = visit.verdict;
    const first = visit.inspected;
    visit.context = { ...visit.context, body };
    visit.verdict = before.then(async (verdict) => {
      const inspection = await first;
      if (verdict.action !== 'continue' || inspection === null || !isBlind(inspection.assessment)) return verdict;
      visit.inspected = this.#inspectAgain(visit, inspection);
      return this.#verdict(visit, await visit.inspected);
    });
    return visit.verdict;
  }

  /** Ends the time in which a request that came early can still be left alone. */
  #decide(visit: Visit): void {
    if (!visit.undecided) return;
    visit.undecided = false;
    this.#parts.recorder.counters[visit.mode === 'off' ? 'skipped' : 'requests'] += 1;
    visit.decide();
  }

  #held(visit: Visit): Promise<Verdict> {
    visit.verdict = visit.inspected.then((inspection) => this.#verdict(visit, inspection));
    return visit.verdict;
  }

  #banOf({ observation: { tenant, client } }: Visit): Ban | null {
    return this.#parts.bans.of(tenant, client.key);
  }

  #turnedAway(visit: Visit, ban: Ban): Promise<Verdict> {
    visit.verdict = Promise.resolve(this.#answers.toBanned(visit, ban));
    return visit.verdict;
  }

  /** The inspection by the newest settings: the one that has not begun yet, or another one. */
  async #hurried(visit: Visit, before: Promise<Inspection | null>): Promise<Inspection | null> {
    const { mode, settings } = visit;
    await this.#readAhead(visit);
    visit.hurry();
    const inspection = await before;
    if (inspection === null) return null;
    const { subject } = inspection;
    if (subject.mode === mode && subject.settings === settings) return inspection;
    return this.#parts.turns.inspect({ ...subject, mode, settings }).catch((error: unknown) => {
      this.#parts.recorder.failed(error);
      return inspection;
    });
  }

  /** Never rejects: null when there is no assessment. */
  async #inspect(visit: Visit): Promise<Inspection | null> {
    const { tap, decided, ended, hurried } = visit;
    const { recorder } = this.#parts;
    try {
      // In monitor mode the host reads the body when it likes, or never: what was seen when the response ends is inspected.
      if (visit.mode === 'block') await this.#readAhead(visit);
      else await Promise.race([Promise.all([tap.ended, decided]), ended, hurried]);
      this.#decide(visit);
      if (visit.mode === 'off' || visit.turnedAway) return null;
      // Of a body longer than what is kept, the host's parser knows the rest; it may need a moment more.
      if (visit.mode === 'monitor' && tap.cut && visit.context.body?.() === undefined)
        await Promise.race([ended, hurried]);
      const inspection = await this.#inspectNow(visit);
      if (inspection === null) {
        recorder.counters.unscored += 1;
        return null;
      }
      const { assessment } = inspection;
      // Of what is still to come, the rest of the body may make an attack.
      if (visit.mode !== 'block' || visit.sawEnd || assessment.decision.action === 'deny')
        this.#assessed(visit, assessment);
      visit.context.expose?.(assessment);
      return inspection;
    } catch (error) {
      this.#unscored(error);
      return null;
    }
  }

  /** Waits for the body before anybody reads it; of one that is longer, slower or read already, its end waits for us. */
  async #readAhead(visit: Visit): Promise<void> {
    const { bodyBytes, bodyMs } = visit.settings.limits;
    visit.tap.holdEnd(() => this.#passesEnd(visit));
    // Its client would wait for the host, which would wait for us.
    if (awaitsContinue(visit.request, visit.response)) return;
    await readBodyAhead(visit.tap, { limitBytes: bodyBytes, timeoutMs: bodyMs });
  }

  /** With what is known of the body now. Null when there is no turn for it. */
  async #inspectNow(visit: Visit): Promise<Inspection | null> {
    const { request, id, meter, tap, clientKeys } = visit;
    const { marks, tenant } = visit.observation;
    const own = { truncated: new Set(marks.truncated), unparsed: new Set(marks.unparsed) };
    const parsed = visit.context.body?.();
    visit.sawParsed = parsed !== undefined;
    visit.sawEnd = tap.complete || tap.missed || tap.aborted;
    const body = await observedBody(tap, request, parsed, own);
    const headers = [...visit.observation.headers, ...trailersOf(request)];
    return this.#parts.turns.inspect({
      id,
      kind: 'request',
      mode: visit.mode,
      settings: visit.settings,
      observation: { ...visit.observation, marks: own, headers, body },
      features: meter?.features() ?? null,
      sequenceKeys: clientKeys.map((key) => sequenceKeyOf(tenant, key)),
    });
  }

  /** Once more, with more of the body: the stricter of the two holds. Never rejects. */
  async #inspectAgain(visit: Visit, first: Inspection): Promise<Inspection> {
    const second = await this.#inspectNow(visit).catch((error: unknown) => {
      this.#parts.recorder.failed(error);
      return null;
    });
    const stricter = second !== null && second.assessment.score >= first.assessment.score ? second : first;
    if (stricter === second) visit.context.expose?.(second.assessment);
    if (visit.counted) this.#parts.recorder.reassessed(first.assessment, stricter.assessment);
    else this.#assessed(visit, stricter.assessment);
    return stricter;
  }

  /** Whether the handler may know that the body has ended. Not if the whole of it is an attack that its beginning was not. Never rejects. */
  async #passesEnd(visit: Visit): Promise<boolean> {
    try {
      const first = await visit.inspected;
      if (first === null || visit.mode !== 'block' || visit.sawEnd || visit.over) return true;
      if (first.assessment.decision.action === 'deny') return true;
      const whole = this.#inspectAgain(visit, first);
      visit.inspected = whole;
      return !this.#stopped(visit, await whole);
    } catch (error) {
      this.#parts.recorder.failed(error);
      return true;
    }
  }

  /** Answers instead of a handler that waits for the end of a body; false when it need not, or is too late. */
  #stopped(visit: Visit, inspection: Inspection): boolean {
    const { request, response } = visit;
    const answer = this.#answers.instead(visit, inspection);
    if (answer === null || isLeft(visit)) return false;
    if (response.headersSent) {
      visit.late = true;
      return false;
    }
    const { headers } = answer.rejection;
    const closing = request.httpVersionMajor >= 2 ? headers : { ...headers, connection: 'close' };
    // Whatever the handler has opened for this body is to be closed, but not before the answer is out.
    response.once('close', () => request.destroy());
    writeRejection(response as AnsweringResponse & AnswerableResponse, { ...answer.rejection, headers: closing });
    return true;
  }

  #assessed(visit: Visit, assessment: Assessment): void {
    if (visit.counted) return;
    visit.counted = true;
    this.#parts.recorder.assessed(assessment);
  }

  #verdict(visit: Visit, inspection: Inspection | null): Verdict {
    if (isLate(visit, inspection)) {
      this.#parts.recorder.counters.late += 1;
      visit.late = true;
      // The handler would have ended it, and it is not to run.
      visit.response.end?.();
      return { action: 'leave' };
    }
    const answer = this.#answers.instead(visit, inspection);
    if (isLeft(visit)) return { action: 'leave' };
    return answer === null ? { action: 'continue' } : { action: 'reject', ...answer };
  }

  /** Once the response has ended: completes the step and the assessment. Never rejects. */
  async #finish(visit: Visit): Promise<void> {
    const { row, recorder } = this.#parts;
    try {
      await visit.ended;
      visit.over = true;
      visit.meter?.responseEnded(visit.request);
      const end = this.#endOf(visit);
      const inspection = await visit.inspected;
      if (inspection === null) return;
      this.#assessed(visit, inspection.assessment);
      const decision = visit.late ? ({ action: 'flag', reason: 'late' } as const) : inspection.assessment.decision;
      recorder.finished({ ...inspection.assessment, decision, response: end.response });
      if (decision.action !== 'deny' && hasFailedToLogIn(inspection, end)) recorder.loginFailed(inspection.assessment);
      await row.complete(inspection, end);
      await this.#judgeAccount(visit, inspection);
    } catch (error) {
      recorder.failed(error);
    }
  }

  #endOf(visit: Visit): SubjectEnd {
    const { request, context, observation, meter, login } = visit;
    // By now the host may know the account.
    const named = this.#keys.of({ request, host: context.host, address: observation.client.address });
    const keys = login?.user == null ? named : [...named, this.#keys.account(login.user)];
    return {
      response: this.#responseOf(visit),
      features: meter?.features() ?? null,
      login: login?.outcome ?? null,
      sequenceKeys: keys.map((key) => sequenceKeyOf(observation.tenant, key)),
    };
  }

  /**
   * Tells when many try one account, each from another address. It rejects nothing: whoever tries a stranger's account must
   * not lock its owner out.
   */
  async #judgeAccount({ login, observation }: Visit, inspection: Inspection): Promise<void> {
    if (login?.outcome !== 'failed' || login.user === null) return;
    const { row, recorder } = this.#parts;
    const key = sequenceKeyOf(observation.tenant, this.#keys.account(login.user));
    const assessment = await row.judge(this.#nextId(), inspection, key);
    if (!reaches(assessment.level, this.#options.policy.alertLevel)) return;
    recorder.assessed(assessment);
    recorder.finished(assessment);
  }

  #responseOf({ response, request, observation, writtenBefore }: Visit): ObservedResponse {
    return {
      status: response.headersSent ? response.statusCode : 0,
      bytes: Math.max(0, bytesWrittenBy(request) - writtenBefore),
      durationMs: this.#options.clock.monotonicMs() - observation.arrivedMs,
    };
  }

  #tenantOf(request: IncomingMessage): string | null {
    try {
      return this.#options.tenant?.(request) ?? null;
    } catch (error) {
      this.#parts.recorder.failed(error);
      return null;
    }
  }

  #unscored(error: unknown): void {
    this.#parts.recorder.counters.unscored += 1;
    this.#parts.recorder.failed(error);
  }
}

/** Whether something of a body could not be read. */
function isBlind({ truncated, unparsed }: Assessment): boolean {
  return truncated.length > 0 || unparsed.length > 0;
}

/** As the host says, or else as the answer of a log-in does. */
function hasFailedToLogIn({ shape }: Inspection, { login, response }: SubjectEnd): boolean {
  if (login !== null) return login === 'failed';
  return shape.isLogin && (response.status === 401 || response.status === 403);
}

/** A request that a test injects has no real socket. */
function bytesWrittenBy({ socket }: IncomingMessage): number {
  return socket.bytesWritten ?? 0;
}
