import type { Assessment, Mode } from './assessment/assessment.js';
import type { MaybePromise } from './maybe-promise.js';
import type { Observation, ObservedResponse } from './observation/observation.js';
import type { RouteSettings } from './route-settings.js';
import type { RouteShape } from './sequence/route-shape.js';

/** What the row reads: a request, or a connection that has not finished one. */
export interface Subject {
  /** UUIDv7 of the assessment that comes of it. */
  readonly id: string;
  readonly kind: Assessment['subject'];
  /** Mode that it is inspected in. */
  readonly mode: Mode;
  readonly settings: RouteSettings;
  readonly observation: Observation;
  /** `[52]` of the client's own connection so far; null where there is none: a proxy's, one shared by streams, a described request. */
  readonly features: Float32Array | null;
  /** Keys that the client's sequences are kept under; none to judge it as a new client's first step. */
  readonly sequenceKeys: readonly string[];
}

/** What the row made of a subject. */
export interface Inspection {
  readonly subject: Subject;
  readonly assessment: Assessment;
  /** `[64]` the step as the BiLSTM read it. */
  readonly before: Float32Array;
  readonly shape: RouteShape;
}

/** How a subject ended. */
export interface SubjectEnd {
  readonly response: ObservedResponse;
  /** `[52]` of the connection at the end; null as in {@link Subject.features}. */
  readonly features: Float32Array | null;
  /** What the host said of a log-in; null when it said nothing and the status has to do. */
  readonly login: 'failed' | 'succeeded' | null;
  /** Keys of sequences that the step belongs to as well, known only now. */
  readonly sequenceKeys: readonly string[];
}

/** The row from observation to assessment, as the guard calls it. */
export interface Row {
  /** Subject → assessment with a decision: at once where models and sequences answer at once. Throws or rejects only on errors of our own. */
  inspect(subject: Subject): MaybePromise<Inspection>;
  /** Adds the finished step to its client's sequences. Rejects when the sequence store does. */
  complete(inspection: Inspection, end: SubjectEnd): Promise<void>;
  /**
   * What a sequence alone would say of one more request like this one: how an account is judged, whoever tries it.
   *
   * @param id - of the new assessment, whose subject is the account
   */
  judge(id: string, inspection: Inspection, sequenceKey: string): Promise<Assessment>;
}
