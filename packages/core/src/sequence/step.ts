import { FLOW_FEATURE_COUNT } from '../flow/feature-schema.js';

/** Number of behaviour signals in a step. */
export const SIGNAL_COUNT = 12;

/** Width of a step: the 52 flow features, then the 12 behaviour signals. */
export const STEP_WIDTH: number = FLOW_FEATURE_COUNT + SIGNAL_COUNT;

/** Steps of one client that the BiLSTM reads: the newest 16. */
export const SEQUENCE_LENGTH = 16;

/**
 * Name and version of a step's layout: which features and signals, in which order and units.
 * Written into the manifest of each sequence model.
 */
export const SEQUENCE_SCHEMA = 'sequence/1';

/** One request of a client, as its sequence keeps it. */
export interface Step {
  /** Arrival of the request, wall time in ms since the epoch (shared by all instances, so never monotonic). */
  readonly at: number;
  /**
   * `[64]` raw values in schema order: 52 flow features (all zero where the flow was absent: a metered flow always has
   * forward packets, so zero of them means absence), then 12 behaviour signals. Scaling lives inside the model.
   */
  readonly values: Float32Array;
  /** 32-bit hash of method class and route shape; what "the same route" means for the signals. */
  readonly route: number;
  /** 32-bit hash of the identifiers in path and query; 0 when there are none. */
  readonly ids: number;
}
