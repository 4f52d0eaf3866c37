import type { Answers } from './answers.js';
import type { Assessment } from './assessment/assessment.js';
import type { Inspection } from './inspection.js';
import { type MaybePromise, whenKnown } from './maybe-promise.js';
import { awaitsContinue } from './observation/body-stream.js';
import { trailersOf } from './observation/from-node-request.js';
import { openMarks } from './observation/observation.js';
import { readBodyAhead } from './observation/read-body-ahead.js';
import { observedBody } from './observation/request-body.js';
import { type AnswerableResponse, writeRejection } from './policy/write-rejection.js';
import type { Recorder } from './recorder.js';
import { sequenceKeyOf } from './sequence/sequence-key.js';
import type { Turns } from './turns.js';
import { type AnsweringResponse, isLeft, type Visit } from './visit.js';

/** The parts that an inspector works with. */
export interface InspectorParts {
  readonly turns: Turns;
  readonly recorder: Recorder;
  readonly answers: Answers;
}

/** A visit's body and its inspections: the first, with what has arrived by then, and another when there is more of it. */
export class Inspector {
  readonly #turns: Turns;
  readonly #recorder: Recorder;
  readonly #answers: Answers;

  constructor({ turns, recorder, answers }: InspectorParts) {
    this.#turns = turns;
    this.#recorder = recorder;
    this.#answers = answers;
  }

  /**
   * Waits for the body before anybody reads it; of one that is longer, slower or read already, its end waits for us. Null when
   * there is nothing to wait for.
   */
  readAhead(visit: Visit): Promise<void> | null {
    if (visit.tap.over) return null;
    const { bodyBytes, bodyMs } = visit.settings.limits;
    visit.tap.holdEnd(() => this.#passesEnd(visit));
    // Its client would wait for the host, which would wait for us.
    if (awaitsContinue(visit.request, visit.response)) return null;
    return readBodyAhead(visit.tap, { limitBytes: bodyBytes, timeoutMs: bodyMs });
  }

  /**
   * With what is known of the body now. Null when there is no turn for it.
   *
   * @param features - `[52]` of the connection; null where it is not the client's own
   */
  now(visit: Visit, features: Float32Array | null): MaybePromise<Inspection | null> {
    const { request, id, tap, clientKeys } = visit;
    const { tenant } = visit.observation;
    const marks = openMarks();
    const parsed = visit.context.body?.();
    visit.sawParsed = parsed !== undefined;
    visit.sawEnd = tap.over;
    return whenKnown(observedBody(tap, request, parsed, marks), (body) => {
      const trailers = trailersOf(request);
      const headers = trailers.length === 0 ? visit.observation.headers : [...visit.observation.headers, ...trailers];
      return this.#turns.inspect({
        id,
        kind: 'request',
        mode: visit.mode,
        settings: visit.settings,
        observation: { ...visit.observation, marks, headers, body },
        features,
        sequenceKeys: clientKeys.map((key) => sequenceKeyOf(tenant, key)),
      });
    });
  }

  /** Once more, with more of the body: the stricter of the two holds. Never rejects. */
  async again(visit: Visit, first: Inspection): Promise<Inspection> {
    const second = await this.#second(visit);
    const stricter = second !== null && second.assessment.score >= first.assessment.score ? second : first;
    if (stricter === second) visit.context.expose?.(second.assessment);
    if (visit.counted) this.#recorder.reassessed(first.assessment, stricter.assessment);
    else this.assessed(visit, stricter.assessment);
    return stricter;
  }

  async #second(visit: Visit): Promise<Inspection | null> {
    try {
      return await this.now(visit, visit.meter?.features() ?? null);
    } catch (error) {
      this.#recorder.failed(error);
      return null;
    }
  }

  /** Whether the handler may know that the body has ended. Not if the whole of it is an attack that its beginning was not. Never rejects. */
  async #passesEnd(visit: Visit): Promise<boolean> {
    try {
      const first = await visit.inspected;
      if (first === null || visit.mode !== 'block' || visit.sawEnd || visit.over) return true;
      if (first.assessment.decision.action === 'deny') return true;
      const whole = this.again(visit, first);
      visit.inspected = whole;
      return !this.#stopped(visit, await whole);
    } catch (error) {
      this.#recorder.failed(error);
      return true;
    }
  }

  /** Answers instead of a handler that waits for the end of a body; false when it need not, or is too late. */
  #stopped(visit: Visit, inspection: Inspection): boolean {
    const { request, response } = visit;
    const answer = this.#answers.instead(visit, inspection);
    if (answer === null) return false;
    if (response.headersSent || isLeft(visit)) return false;
    const { headers } = answer.rejection;
    const closing = request.httpVersionMajor >= 2 ? headers : { ...headers, connection: 'close' };
    // Whatever the handler has opened for this body is to be closed, but not before the answer is out.
    response.once('close', () => request.destroy());
    writeRejection(response as AnsweringResponse & AnswerableResponse, { ...answer.rejection, headers: closing });
    return true;
  }

  /** Counts what was made of a visit, and alerts: once. */
  assessed(visit: Visit, assessment: Assessment): void {
    if (visit.counted) return;
    visit.counted = true;
    this.#recorder.assessed(assessment);
  }
}
