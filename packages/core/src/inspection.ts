import type { Assessment, Mode } from './assessment/assessment.js';
import type { Observation, ObservedResponse } from './observation/observation.js';
import type { RouteShape } from './sequence/route-shape.js';

/** What the row reads: a request, or a connection that has not finished one. */
export interface Subject {
  /** UUIDv7 of the assessment that comes of it. */
  readonly id: string;
  readonly kind: Assessment['subject'];
  /** Mode that it began in. */
  readonly mode: Mode;
  readonly observation: Observation;
  /** `[52]` of the client's own connection so far; null where there is none: a proxy's, one shared by streams, a described request. */
  readonly features: Float32Array | null;
  /** Key that the client's sequence is kept under; null to judge it as a new client's first step. */
  readonly sequenceKey: string | null;
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
}

/** The row from observation to assessment, as the guard calls it. */
export interface Row {
  /** Subject → assessment with a decision. Rejects only on errors of our own. */
  inspect(subject: Subject): Promise<Inspection>;
  /** Adds the finished step to its client's sequence. Rejects when the sequence store does. */
  complete(inspection: Inspection, end: SubjectEnd): Promise<void>;
}
