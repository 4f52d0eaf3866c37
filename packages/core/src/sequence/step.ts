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

/**
 * One row for the BiLSTM: flow features, then signals.
 *
 * @param flow - `[52]` raw values in schema order; null where the flow is absent
 * @param signals - `[12]` in the order of `SIGNALS`
 * @returns `[64]`
 */
export function stepValues(flow: Float32Array | null, signals: Float32Array): Float32Array {
  const values = new Float32Array(STEP_WIDTH);
  if (flow !== null) values.set(flow);
  values.set(signals, FLOW_FEATURE_COUNT);
  return values;
}

/** A finished request as a step of its client's sequence. */
export function createStep(parts: {
  readonly at: number;
  /** `[52]`, or null where the flow is absent. */
  readonly flow: Float32Array | null;
  /** `[12]` */
  readonly signals: Float32Array;
  readonly route: number;
  readonly ids: number;
}): Step {
  return { at: parts.at, values: stepValues(parts.flow, parts.signals), route: parts.route, ids: parts.ids };
}
