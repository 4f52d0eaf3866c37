import type { Alert } from './alert/alert.js';
import type { Assessment } from './assessment/assessment.js';

/** Event name → payload. Payloads are immutable and serialisable. A listener that throws is caught, logged and counted. */
export interface ApiSecurityEvents {
  /** A request was assessed and its response has ended (or the connection scored). Once per request. */
  assessment: (assessment: Assessment) => void;
  /** An assessment reached the alert level: a new alert, or one that grew. Emitted before the response where there is time. */
  alert: (alert: Alert) => void;
  /** A request was rejected. */
  rejected: (assessment: Assessment) => void;
  /** A part of the inspection did not work; at most once a minute per part. */
  degraded: (event: { readonly part: string; readonly reason: string }) => void;
  /** Something was dropped instead of stored or scored; at most once a minute per kind. */
  dropped: (event: { readonly kind: string; readonly count: number }) => void;
  /** An error that no other event tells of. Without a listener it is logged, never thrown. */
  error: (error: Error) => void;
}
