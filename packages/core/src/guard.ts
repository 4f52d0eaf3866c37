import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Answers } from './answers.js';
import type { RequestContext, Verdict } from './api-security.js';
import { Arrivals } from './arrivals.js';
import type { Assessment, Mode } from './assessment/assessment.js';
import { Backlog } from './backlog.js';
import type { ConnectionGuard } from './connection-guard.js';
import type { Ban } from './coordination/ban.js';
import { Departures } from './departures.js';
import type { Inspection, Row } from './inspection.js';
import { Inspector } from './inspector.js';
import type { MaybePromise } from './maybe-promise.js';
import type { BodyTap } from './observation/body-tap.js';
import { ClientKeys } from './observation/client-keys.js';
import { splitTarget, targetOf } from './observation/from-node-request.js';
import type { ResolvedOptions } from './options.js';
import type { Bans } from './policy/bans.js';
import type { Recorder } from './recorder.js';
import type { RouteSettings } from './route-settings.js';
import type { Routes } from './routes.js';
import type { Turns } from './turns.js';
import { type AnsweringResponse, isLate, isLeft, type Visit } from './visit.js';
import { Visits } from './visits.js';

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
  readonly #parts: GuardParts;
  readonly #arrivals: Arrivals;
  readonly #inspector: Inspector;
  readonly #answers: Answers;
  readonly #departures: Departures;
  readonly #backlog: Backlog;
  readonly #visits = new Visits();

  constructor(options: ResolvedOptions, parts: GuardParts) {
    const keys = new ClientKeys(options.client, options.ipv6Prefix, options.secret ?? randomBytes(32));
    const answers = new Answers(options, parts.recorder);
    const inspector = new Inspector({ ...parts, answers });
    this.#parts = parts;
    this.#arrivals = new Arrivals(options, { ...parts, keys });
    this.#inspector = inspector;
    this.#answers = answers;
    this.#departures = new Departures(options, { ...parts, keys, inspector });
    this.#backlog = new Backlog({ clock: options.clock, limit: options.limits.pending });
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
      if (known === null) return null;
      if (known !== undefined) return this.#again(known, context, engineMode);
      const settings = context.settings ?? this.#settingsOf(request, context);
      const mode = settings.mode ?? engineMode;
      if (mode === 'off' && context.early !== true) {
        recorder.counters.skipped += 1;
        return null;
      }
      if (context.early !== true) recorder.counters.requests += 1;
      const visit = this.#arrivals.begin(request, response, context, mode, settings);
      this.#visits.set(request, visit);
      visit.ended.on(() => this.#ended(visit));
      if (visit.undecided) return null;
      const ban = visit.mode === 'block' ? this.#banOf(visit) : null;
      return ban === null ? this.#begin(visit) : this.#turnedAway(visit, ban);
    } catch (error) {
      return this.#unscored(error);
    }
  }

  /** What the host knows of a log-in; false when the request is none that is watched. */
  login(request: IncomingMessage, outcome: 'failed' | 'succeeded', user: string | undefined): boolean {
    const visit = this.#visits.get(request);
    if (visit === undefined || visit === null) return false;
    visit.login = { outcome, user: user === undefined || user === '' ? null : user };
    return true;
  }

  #settingsOf(request: IncomingMessage, { url }: RequestContext): RouteSettings {
    return this.#parts.routes.of(request.method ?? '', splitTarget(url ?? targetOf(request)).path);
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
    if (expose !== undefined) this.#expose(visit, expose);
    const own = settings ?? (early === true ? this.#settingsOf(visit.request, visit.context) : null);
    if (own === null || (visit.verdict !== null && own === visit.settings)) return this.#knowing(visit, context);
    const mode = own.mode ?? engineMode;
    if (mode !== 'block' && !visit.undecided) return visit.verdict;
    const isBegun = !visit.undecided;
    visit.mode = mode;
    visit.settings = own;
    visit.tap.narrow(own.limits.bodyBytes);
    // Left alone by one handler: another one of the same request may still want it inspected.
    if (mode === 'off') return null;
    const ban = mode === 'block' ? this.#banOf(visit) : null;
    visit.turnedAway = ban !== null;
    this.#decide(visit);
    if (ban !== null) return this.#turnedAway(visit, ban);
    if (!isBegun) return this.#begin(visit);
    const before = visit.inspected;
    visit.inspected = this.#hurried(visit, before);
    return this.#held(visit);
  }

  /** What holds of a request that was decided about; inspected once more where a parser has read of its body what we could not. */
  #knowing(visit: Visit, { body }: RequestContext): Promise<Verdict> | null {
    if (visit.verdict === null || visit.sawParsed || body === undefined) return visit.verdict;
    const parsed = body();
    if (parsed === undefined) return visit.verdict;
    const before = visit.verdict;
    const first = visit.inspected;
    visit.context = { ...visit.context, body };
    visit.verdict = before.then(async (verdict) => {
      const inspection = await first;
      if (verdict.action !== 'continue' || inspection === null) return verdict;
      if (!isBlind(inspection.assessment) && !isDecoded(parsed, visit.tap)) return verdict;
      visit.inspected = this.#inspector.again(visit, inspection);
      return this.#verdict(visit, await visit.inspected);
    });
    return visit.verdict;
  }

  #expose(visit: Visit, expose: (assessment: Assessment) => void): void {
    const exposed = (inspection: Inspection | null): void => {
      if (inspection !== null) expose(inspection.assessment);
    };
    if (visit.inspected instanceof Promise) void visit.inspected.then(exposed).catch(() => {});
    else exposed(visit.inspected);
  }

  /** Ends the time in which a request that came early can still be left alone. */
  #decide(visit: Visit): void {
    if (!visit.undecided) return;
    visit.undecided = false;
    this.#parts.recorder.counters[visit.mode === 'off' ? 'skipped' : 'requests'] += 1;
  }

  /** Has a request inspected about which nothing more is to be decided: in block mode before its handler runs, else at leisure. */
  #begin(visit: Visit): Promise<Verdict> | null {
    if (visit.mode !== 'block') {
      visit.inspected = this.#atLeisure(visit);
      return null;
    }
    const ahead = this.#inspector.readAhead(visit);
    visit.inspected = ahead === null ? this.#inspect(visit) : ahead.then(() => this.#inspect(visit));
    return this.#held(visit);
  }

  /** The response has ended; of a request that came early nobody may ever have decided anything. */
  #ended(visit: Visit): void {
    if (visit.undecided) {
      this.#decide(visit);
      if (visit.mode !== 'off') visit.inspected = this.#queued(visit);
    }
    void this.#departures.finish(visit).then(() => this.#visits.end(visit.request));
  }

  /** At once null where the handler need not wait. */
  #held(visit: Visit): Promise<Verdict> | null {
    const { inspected } = visit;
    if (inspected instanceof Promise) {
      visit.verdict = inspected.then((inspection) => this.#verdict(visit, inspection));
      return visit.verdict;
    }
    const verdict = this.#verdict(visit, inspected);
    visit.verdict = Promise.resolve(verdict);
    return verdict.action === 'continue' ? null : visit.verdict;
  }

  #banOf({ observation: { tenant, client } }: Visit): Ban | null {
    return this.#parts.bans.of(tenant, client.key);
  }

  #turnedAway(visit: Visit, ban: Ban): Promise<Verdict> {
    visit.verdict = Promise.resolve(this.#answers.toBanned(visit, ban));
    return visit.verdict;
  }

  /** The inspection by the newest settings: the one that has not begun yet, or another one. */
  async #hurried(visit: Visit, before: MaybePromise<Inspection | null>): Promise<Inspection | null> {
    const { mode, settings } = visit;
    await this.#inspector.readAhead(visit);
    visit.hurried.happen();
    const inspection = await before;
    if (inspection === null) return null;
    const { subject } = inspection;
    if (subject.mode === mode && subject.settings === settings) return inspection;
    try {
      return await this.#parts.turns.inspect({ ...subject, mode, settings });
    } catch (error) {
      this.#parts.recorder.failed(error);
      return inspection;
    }
  }

  #atLeisure(visit: Visit): Promise<Inspection | null> {
    return visit.tap.over ? this.#queued(visit) : this.#arrived(visit).then(() => this.#queued(visit));
  }

  /** In monitor mode the host reads the body when it likes, or never: what was seen when the response ends is inspected. */
  async #arrived({ tap, context, ended, hurried }: Visit): Promise<void> {
    await Promise.race([tap.ended.passed, ended.passed, hurried.passed]);
    // Of a body longer than what is kept, the host's parser knows the rest; it may need a moment more.
    if (tap.cut && context.body?.() === undefined) await Promise.race([ended.passed, hurried.passed]);
  }

  /** Inspected when the host has time, by the features that the connection has now. */
  #queued(visit: Visit): Promise<Inspection | null> {
    const features = visit.meter?.features() ?? null;
    return new Promise((resolve) => {
      const waiting = this.#backlog.add(() => resolve(this.#inspect(visit, features)));
      if (waiting !== null) visit.hurried.on(() => waiting.now());
      else {
        this.#parts.recorder.degraded('backlog', 'too many requests wait to be inspected');
        resolve(this.#inspected(visit, null));
      }
    });
  }

  /** Never throws or rejects: null when there is no assessment. */
  #inspect(visit: Visit, features = visit.meter?.features() ?? null): MaybePromise<Inspection | null> {
    if (visit.turnedAway) return null;
    try {
      const inspection = this.#inspector.now(visit, features);
      if (!(inspection instanceof Promise)) return this.#inspected(visit, inspection);
      return inspection.then((made) => this.#inspected(visit, made)).catch((error) => this.#unscored(error));
    } catch (error) {
      return this.#unscored(error);
    }
  }

  #inspected(visit: Visit, inspection: Inspection | null): Inspection | null {
    if (inspection === null) {
      this.#parts.recorder.counters.unscored += 1;
      return null;
    }
    const { assessment } = inspection;
    // Of what is still to come, the rest of the body may make an attack.
    if (visit.mode !== 'block' || visit.sawEnd || assessment.decision.action === 'deny')
      this.#inspector.assessed(visit, assessment);
    visit.context.expose?.(assessment);
    return inspection;
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

  #unscored(error: unknown): null {
    this.#parts.recorder.counters.unscored += 1;
    this.#parts.recorder.failed(error);
    return null;
  }
}

/** Whether something of a body could not be read. */
function isBlind({ truncated, unparsed, binaryBytes }: Assessment): boolean {
  return truncated.length > 0 || unparsed.length > 0 || binaryBytes > 0;
}

/** Whether a parser handed over a text or bytes that are others than those that came. */
function isDecoded(parsed: unknown, tap: BodyTap): boolean {
  return (typeof parsed === 'string' || parsed instanceof Uint8Array) && !tap.seen().bytes.equals(Buffer.from(parsed));
}
