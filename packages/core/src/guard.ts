import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { uuidV7 } from './alert/uuid-v7.js';
import type { RequestContext, Verdict } from './api-security.js';
import type { Mode } from './assessment/assessment.js';
import { reaches } from './assessment/level.js';
import type { ConnectionGuard } from './connection-guard.js';
import type { Inspection, Row, SubjectEnd } from './inspection.js';
import { tapBody } from './observation/body-tap.js';
import { clientAddress, compileTrust, type Trust } from './observation/client-address.js';
import { ClientKeys } from './observation/client-keys.js';
import { observeNodeRequest } from './observation/from-node-request.js';
import { type ObservedResponse, openMarks } from './observation/observation.js';
import { readBodyAhead } from './observation/read-body-ahead.js';
import { observedBody } from './observation/request-body.js';
import type { ResolvedOptions } from './options.js';
import { decideOnFailure } from './policy/decide.js';
import { createRejection, type Rejection } from './policy/rejection.js';
import type { Recorder } from './recorder.js';
import type { RouteSettings } from './route-settings.js';
import type { Routes } from './routes.js';
import { sequenceKeyOf } from './sequence/sequence-key.js';
import type { Turns } from './turns.js';
import { isLeft, type Visit } from './visit.js';

/** The parts that a guard works with. */
export interface GuardParts {
  readonly row: Row;
  readonly turns: Turns;
  readonly recorder: Recorder;
  readonly routes: Routes;
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
    response: ServerResponse,
    context: RequestContext,
    engineMode: Mode,
  ): Promise<Verdict> | null {
    const { recorder } = this.#parts;
    try {
      const known = this.#visits.get(request);
      if (known !== undefined) return this.#again(known, context, engineMode);
      const settings = context.settings ?? this.#settingsOf(request);
      const mode = settings.mode ?? engineMode;
      if (mode === 'off') {
        recorder.counters.skipped += 1;
        return null;
      }
      recorder.counters.requests += 1;
      const visit = this.#begin(request, response, context, mode, settings);
      this.#visits.set(request, visit);
      visit.inspected = this.#inspect(visit);
      void this.#finish(visit);
      return mode === 'block' ? visit.inspected.then((inspection) => this.#verdict(visit, inspection)) : null;
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

  #settingsOf(request: IncomingMessage): RouteSettings {
    const { originalUrl, url = '' } = request as { originalUrl?: unknown; url?: string };
    const target = typeof originalUrl === 'string' ? originalUrl : url;
    return this.#parts.routes.of(request.method ?? '', target.split('?', 1)[0] ?? '');
  }

  #begin(
    request: IncomingMessage,
    response: ServerResponse,
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
    return {
      request,
      response,
      context,
      mode,
      settings,
      begun: response.headersSent,
      id: this.#nextId(),
      observation: { ...observeNodeRequest(request, { clock, client, tenant, body: null, marks }), marks },
      clientKeys,
      meter,
      writtenBefore: request.socket.bytesWritten,
      // A look at every chunk: an upload is as many virtual packets as it has chunks.
      tap: tapBody(request, settings.limits, response, () => meter?.sample()),
      ended: new Promise((resolve) => response.once('close', resolve)),
      hurried,
      hurry,
      inspected: Promise.resolve(null),
      login: null,
    };
  }

  /** A second middleware on the same request, on a router or a route: it may be stricter than the first, and waits for what the first began. */
  #again(visit: Visit, { settings, expose }: RequestContext, engineMode: Mode): Promise<Verdict> | null {
    if (expose !== undefined) {
      void visit.inspected.then((inspection) => inspection === null || expose(inspection.assessment)).catch(() => {});
    }
    if (settings == null || (settings.mode ?? engineMode) !== 'block') return null;
    visit.mode = 'block';
    visit.settings = settings;
    const before = visit.inspected;
    visit.inspected = this.#hurried(visit, before);
    return visit.inspected.then((inspection) => this.#verdict(visit, inspection));
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
    const { request, context, id, meter, tap, ended, hurried } = visit;
    const { recorder, turns } = this.#parts;
    try {
      const { bodyBytes, bodyMs } = visit.settings.limits;
      // In monitor mode the host reads the body when it likes, or never: what was seen when the response ends is inspected.
      if (visit.mode === 'block') await readBodyAhead(tap, { limitBytes: bodyBytes, timeoutMs: bodyMs });
      else await Promise.race([tap.ended, ended, hurried]);
      const body = await observedBody(tap, request, context.body?.(), visit.observation.marks);
      const observation = { ...visit.observation, body };
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
      context.expose?.(inspection.assessment);
      return inspection;
    } catch (error) {
      this.#unscored(error);
      return null;
    }
  }

  #verdict(visit: Visit, inspection: Inspection | null): Verdict {
    const rejection = this.#answer(visit, inspection);
    if (isLeft(visit)) return { action: 'leave' };
    return rejection === null ? { action: 'continue' } : { action: 'reject', rejection };
  }

  /** What to answer instead of the handler; null to go on. */
  #answer({ id, mode, settings, response, observation }: Visit, inspection: Inspection | null): Rejection | null {
    const { onReject } = this.#options;
    const { recorder } = this.#parts;
    const assessment = inspection?.assessment ?? null;
    const decision = assessment?.decision ?? decideOnFailure(mode, settings.onFailure, null);
    if (decision.action !== 'deny') return null;
    const isVerdict = decision.reason === 'level';
    const code = isVerdict ? 'API_SECURITY_REQUEST_REJECTED' : 'API_SECURITY_UNAVAILABLE';
    const rejection = createRejection({ assessmentId: id, request: observation, code });
    if (assessment === null || !isVerdict) return rejection;
    if (response.headersSent) recorder.counters.late += 1;
    else recorder.rejected(assessment);
    try {
      return onReject?.(rejection, assessment) ?? rejection;
    } catch (error) {
      recorder.failed(error);
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
      recorder.finished({ ...inspection.assessment, response: end.response });
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
      bytes: Math.max(0, request.socket.bytesWritten - writtenBefore),
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
