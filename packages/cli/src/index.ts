export type { GoldenResult } from '@api-security/core/extraction';
export type {
  CountedLevel,
  EvaluatedModel,
  EvaluationReport,
  ListedItem,
  Position,
  Problem,
} from './evaluate/evaluation-report.js';
export type { Group } from './evaluate/grouped-rates.js';
export type { Placement } from './evaluate/placement.js';
export type { CurvePoint } from './evaluate/threshold-curve.js';
export type { TimeSummary } from './evaluate/time-summary.js';
export type { Rate } from './evaluate/wilson.js';
export { EXIT, type ExitCode } from './exit-code.js';
export { run } from './main.js';
export type { ModelListing, ModelVerification, VerificationReport } from './models/model-reports.js';
export type { Io, TextSink } from './output.js';
