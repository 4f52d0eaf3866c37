import { uuidV7 } from './alert/uuid-v7.js';
import { completeAssessment } from './assessment/complete-assessment.js';
import { reaches } from './assessment/level.js';
import type { Inspection, Row, SubjectEnd } from './inspection.js';
import type { Inspector } from './inspector.js';
import type { ClientKeys } from './observation/client-keys.js';
import type { ObservedResponse } from './observation/observation.js';
import type { ResolvedOptions } from './options.js';
import type { Recorder } from './recorder.js';
import { sequenceKeyOf } from './sequence/sequence-key.js';
import { bytesWrittenBy, type Visit } from './visit.js';

/** The parts that departures work with. */
export interface DepartureParts {
  readonly row: Row;
  readonly keys: ClientKeys;
  readonly recorder: Recorder;
  readonly inspector: Inspector;
}

/** Requests as they end: the answer completes the assessment, and the step of the client's sequences. */
export class Departures {
  readonly #options: ResolvedOptions;
  readonly #row: Row;
  readonly #keys: ClientKeys;
  readonly #recorder: Recorder;
  readonly #inspector: Inspector;
  readonly #nextId: () => string;

  constructor(options: ResolvedOptions, { row, keys, recorder, inspector }: DepartureParts) {
    this.#options = options;
    this.#row = row;
    this.#keys = keys;
    this.#recorder = recorder;
    this.#inspector = inspector;
    this.#nextId = uuidV7(options.clock);
  }

  /** Completes the step and the assessment of a visit whose response has ended. Never rejects. */
  async finish(visit: Visit): Promise<void> {
    const [row, recorder] = [this.#row, this.#recorder];
    try {
      visit.over = true;
      visit.meter?.responseEnded(visit.request);
      const end = this.#endOf(visit);
      const inspection = await visit.inspected;
      if (inspection === null) return;
      this.#inspector.assessed(visit, inspection.assessment);
      const decision = visit.late ? ({ action: 'flag', reason: 'late' } as const) : inspection.assessment.decision;
      recorder.finished(completeAssessment(inspection.assessment, decision, end.response));
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
    const [row, recorder] = [this.#row, this.#recorder];
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
}

/** As the host says, or else as the answer of a log-in does. */
function hasFailedToLogIn({ shape }: Inspection, { login, response }: SubjectEnd): boolean {
  if (login !== null) return login === 'failed';
  return shape.isLogin && (response.status === 401 || response.status === 403);
}
