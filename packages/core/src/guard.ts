import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { uuidV7 } from './alert/uuid-v7.js';
import type { RequestContext, Verdict } from './api-security.js';
import type { Assessment, Mode } from './assessment/assessment.js';
import { reaches } from './assessment/level.js';
import type { ConnectionGuard } from './connection-guard.js';
import type { Ban } from './coordination/ban.js';
import type { Inspection, Row, SubjectEnd } from './inspection.js';
import { tapBody } from './observation/body-tap.js';
import { clientAddress, compileTrust, type Trust } from './observation/client-address.js';
import { ClientKeys } from './observation/client-keys.js';
import { observeNodeRequest, splitTarget, targetOf, trailersOf } from './observation/from-node-request.js';
import { type ObservedResponse, openMarks } from './observation/observation.js';
import { readBodyAhead } from './observation/read-body-ahead.js';
import { observedBody } from './observation/request-body.js';
import type { ResolvedOptions } from './options.js';
import type { Bans } from './policy/bans.js';
import { decideOnFailure } from './policy/decide.js';
import { createRejection, isSendable, type Rejection, type RejectionCode } from './policy/rejection.js';
import type { Recorder } from './recorder.js';
import type { RouteSettings } from './route-settings.js';
import type { Routes } from './routes.js';
import { sequenceKeyOf } from './sequence/sequence-key.js';
import type { Turns } from './turns.js';
import { type AnsweringResponse, isLate, isLeft, type Visit } from './visit.js';

/** What a client gets instead of the handler's answer. */
interface Answer {
  readonly rejection: Rejection;
  readonly code: RejectionCode;
}

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
  readonly #nextId: () => string;
  readonly #visits = new WeakMap<IncomingMessage, Visit>();

  constructor(options: ResolvedOptions, parts: GuardParts) {
    this.#options = options;
    this.#parts = parts;
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
    if (own === null || (visit.verdict !== null && own === visit.settings)) return visit.verdict;
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

  /** What a banned client gets, whatever it asks for. */
  #turnedAway(visit: Visit, { until }: Ban): Promise<Verdict> {
    const { id, response, observation } = visit;
    const code = 'API_SECURITY_CLIENT_BANNED';
    this.#parts.recorder.counters.banned += 1;
    const retryAfterS = (until - this.#options.clock.now()) / 1000;
    const rejection = createRejection({ assessmentId: id, request: observation, code, retryAfterS });
    if (response.headersSent) response.end?.();
    visit.verdict = Promise.resolve(response.headersSent ? { action: 'leave' } : { action: 'reject', rejection, code });
    return visit.verdict;
  }

  /** The inspection by the newest settings: the one that has not begun yet, or another one. */
  async #hurried(visit: Visit, before: Promise<Inspection | null>): Promise<Inspection | null> {
    const { mode, settings, tap } = visit;
    await readBodyAhead(tap, { limitBytes: settings.limits.bodyBytes, timeoutMs: settings.limits.bodyMs });
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
    const { request, id, meter, tap, decided, ended, hurried } = visit;
    const { recorder, turns } = this.#parts;
    try {
      const { bodyBytes, bodyMs } = visit.settings.limits;
      // In monitor mode the host reads the body when it likes, or never: what was seen when the response ends is inspected.
      if (visit.mode === 'block') await readBodyAhead(tap, { limitBytes: bodyBytes, timeoutMs: bodyMs });
      else await Promise.race([Promise.all([tap.ended, decided]), ended, hurried]);
      this.#decide(visit);
      if (visit.mode === 'off' || visit.turnedAway) return null;
      // Of a body longer than what is kept, the host's parser knows the rest; it may need a moment more.
      if (visit.mode === 'monitor' && tap.cut && visit.context.body?.() === undefined)
        await Promise.race([ended, hurried]);
      const body = await observedBody(tap, request, visit.context.body?.(), visit.observation.marks);
      const headers = [...visit.observation.headers, ...trailersOf(request)];
      const observation = { ...visit.observation, headers, body };
      const inspection = await turns.inspect({
        id,
        kind: 'request',
        mode: visit.mode,
        settings: visit.settings,
        observation,
        features: meter?.features() ?? null,
        sequenceKeys: visit.clientKeys.map((key) => sequenceKeyOf(observation.tenant, key)),
      });
      if (inspection === null) {
        recorder.counters.unscored += 1;
        return null;
      }
      recorder.assessed(inspection.assessment);
      visit.context.expose?.(inspection.assessment);
      return inspection;
    } catch (error) {
      this.#unscored(error);
      return null;
    }
  }

  #verdict(visit: Visit, inspection: Inspection | null): Verdict {
    if (isLate(visit, inspection)) {
      this.#parts.recorder.counters.late += 1;
      visit.late = true;
      // The handler would have ended it, and it is not to run.
      visit.response.end?.();
      return { action: 'leave' };
    }
    const answer = this.#answer(visit, inspection);
    if (isLeft(visit)) return { action: 'leave' };
    return answer === null ? { action: 'continue' } : { action: 'reject', ...answer };
  }

  /** What to answer instead of the handler; null to go on. */
  #answer({ id, mode, settings, response, observation }: Visit, inspection: Inspection | null): Answer | null {
    const { recorder } = this.#parts;
    const assessment = inspection?.assessment ?? null;
    const decision = assessment?.decision ?? decideOnFailure(mode, settings.onFailure, null);
    if (decision.action !== 'deny') return null;
    const isVerdict = decision.reason === 'level';
    const code = isVerdict ? 'API_SECURITY_REQUEST_REJECTED' : 'API_SECURITY_UNAVAILABLE';
    const rejection = createRejection({ assessmentId: id, request: observation, code });
    if (assessment === null || !isVerdict) return { code, rejection };
    if (response.headersSent) recorder.counters.late += 1;
    else recorder.rejected(assessment);
    return { code, rejection: this.#replaced(rejection, assessment) };
  }

  /** What the host would rather answer, when it can be sent. */
  #replaced(rejection: Rejection, assessment: Assessment): Rejection {
    try {
      const replaced: unknown = this.#options.onReject?.(rejection, assessment) ?? rejection;
      if (isSendable(replaced)) return replaced;
      throw new TypeError('onReject must answer { status: 200 to 599, headers: texts by name, body: a text }.');
    } catch (error) {
      this.#parts.recorder.failed(error);
      return rejection;
    }
  }

  /** Once the response has ended: completes the step and the assessment. Never rejects. */
  async #finish(visit: Visit): Promise<void> {
    const { row, recorder } = this.#parts;
    try {
      await visit.ended;
      visit.meter?.responseEnded(visit.request);
      const end = this.#endOf(visit);
      const inspection = await visit.inspected;
      if (inspection === null) return;
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

/** As the host says, or else as the answer of a log-in does. */
function hasFailedToLogIn({ shape }: Inspection, { login, response }: SubjectEnd): boolean {
  if (login !== null) return login === 'failed';
  return shape.isLogin && (response.status === 401 || response.status === 403);
}

/** A request that a test injects has no real socket. */
function bytesWrittenBy({ socket }: IncomingMessage): number {
  return socket.bytesWritten ?? 0;
}
