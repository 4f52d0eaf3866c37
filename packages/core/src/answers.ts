import type { Verdict } from './api-security.js';
import type { Assessment } from './assessment/assessment.js';
import type { Ban } from './coordination/ban.js';
import type { Inspection } from './inspection.js';
import type { ResolvedOptions } from './options.js';
import { decideOnFailure } from './policy/decide.js';
import { createRejection, isSendable, type Rejection, type RejectionCode } from './policy/rejection.js';
import type { Recorder } from './recorder.js';
import type { Visit } from './visit.js';

/** What a client gets instead of the handler's answer. */
export interface Answer {
  readonly rejection: Rejection;
  readonly code: RejectionCode;
}

/** Decision → answer: what is sent instead of the handler's, and what is counted for it. */
export class Answers {
  readonly #options: ResolvedOptions;
  readonly #recorder: Recorder;

  constructor(options: ResolvedOptions, recorder: Recorder) {
    this.#options = options;
    this.#recorder = recorder;
  }

  /** What to answer instead of the handler; null to go on. */
  instead(visit: Visit, inspection: Inspection | null): Answer | null {
    const { mode, settings, response } = visit;
    const assessment = inspection?.assessment ?? null;
    const decision = assessment?.decision ?? decideOnFailure(mode, settings.onFailure, null);
    if (decision.action !== 'deny') return this.#tooLong(visit);
    const isVerdict = decision.reason === 'level';
    const answer = answerOf(visit, isVerdict ? 'API_SECURITY_REQUEST_REJECTED' : 'API_SECURITY_UNAVAILABLE');
    if (assessment === null || !isVerdict) return answer;
    if (response.headersSent) this.#tooLate(visit);
    else this.#recorder.rejected(assessment);
    return { ...answer, rejection: this.#replaced(answer.rejection, assessment) };
  }

  /** What a banned client gets, whatever it asks for. */
  toBanned(visit: Visit, { until }: Ban): Verdict {
    this.#recorder.counters.banned += 1;
    if (visit.response.headersSent) {
      visit.response.end?.();
      return { action: 'leave' };
    }
    const retryAfterS = (until - this.#options.clock.now()) / 1000;
    return { action: 'reject', ...answerOf(visit, 'API_SECURITY_CLIENT_BANNED', retryAfterS) };
  }

  /** Somebody's answer is on its way: what was to be denied is only flagged. */
  #tooLate(visit: Visit): void {
    visit.late = true;
    this.#recorder.counters.late += 1;
  }

  /** Where the host would rather not have a body of which a part is not read. */
  #tooLong(visit: Visit): Answer | null {
    const { mode, settings, tap, response } = visit;
    const isTooLong = tap.totalBytes > settings.limits.bodyBytes || tap.declaredBytes > settings.limits.bodyBytes;
    if (mode !== 'block' || settings.longBodies !== 'reject' || !isTooLong || response.headersSent) return null;
    this.#recorder.counters.tooLong += 1;
    return answerOf(visit, 'API_SECURITY_BODY_TOO_LONG');
  }

  /** What the host would rather answer, when it can be sent. */
  #replaced(rejection: Rejection, assessment: Assessment): Rejection {
    try {
      const replaced: unknown = this.#options.onReject?.(rejection, assessment) ?? rejection;
      if (isSendable(replaced)) return replaced;
      throw new TypeError('onReject must answer { status: 200 to 599, headers: texts by name, body: a text }.');
    } catch (error) {
      this.#recorder.failed(error);
      return rejection;
    }
  }
}

function answerOf({ id, observation }: Visit, code: RejectionCode, retryAfterS?: number): Answer {
  const retry = retryAfterS === undefined ? {} : { retryAfterS };
  return { code, rejection: createRejection({ assessmentId: id, request: observation, code, ...retry }) };
}
