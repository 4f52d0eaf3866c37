import type { Alert } from './alert/alert.js';
import type { Assessment } from './assessment/assessment.js';
import type { Ban } from './coordination/ban.js';
import type { News } from './coordination/coordination.js';
import type { Settings } from './settings.js';

/** A step as the models saw it: at the decision, when the response was not known yet, and completed. */
export interface RecordedStep {
  readonly subject: Assessment['subject'];
  readonly tenant: string | null;
  readonly client: { readonly key: string; readonly address: string };
  /** Arrival, wall time in ms since the epoch. */
  readonly at: number;
  /** `[64]` as the BiLSTM read it at the decision. */
  readonly before: Float32Array;
  /** `[64]` as the sequence keeps it. */
  readonly after: Float32Array;
  /** Whether the 52 flow features were measured on the client's own connection. */
  readonly flow: boolean;
  /** Hashes of the route and of the identifiers, as in `Step`. */
  readonly route: number;
  readonly ids: number;
}

/** Event name → payload. Payloads are immutable and serialisable. A listener that throws is caught, logged and counted. */
export interface ApiSecurityEvents {
  /** A request was assessed and its response has ended (or the connection scored). Once per request. */
  assessment: (assessment: Assessment) => void;
  /** An assessment reached the alert level: a new alert, or one that grew. Emitted before the response where there is time. */
  alert: (alert: Alert) => void;
  /** A request was rejected. */
  rejected: (assessment: Assessment) => void;
  /** Another instance told something: an alert, an acknowledgement, a ban, a change of the settings. */
  news: (news: News) => void;
  /** A client was banned here, by the policy. Bans of operators are not told. */
  banned: (ban: Ban) => void;
  /** The settings that people change at run time are others now: changed here, by another instance, or found in the store. */
  settings: (settings: Settings) => void;
  /** A part of the inspection did not work; at most once a minute per part. */
  degraded: (event: { readonly part: string; readonly reason: string }) => void;
  /** Something was dropped instead of stored or scored; at most once a minute per kind. */
  dropped: (event: { readonly kind: string; readonly count: number }) => void;
  /** A client's sequence grew by a step. What one records to train the models on one's own traffic. */
  step: (step: RecordedStep) => void;
  /** An error that no other event tells of. Without a listener it is logged, never thrown. */
  error: (error: Error) => void;
}
