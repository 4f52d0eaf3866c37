import type { ContentCategory } from '../content/category.js';
import type { BehaviourPattern } from '../sequence/pattern.js';

/** What the content tower said of one window of one value. All in [0, 1] but the salience. */
export interface WindowScore {
  /** Calibrated probability that the window is (part of) an attack. */
  readonly score: number;
  /** Probability of each category, given that it is an attack; in the order of `CONTENT_CATEGORIES`, sums to 1. */
  readonly categories: Float32Array;
  /** How much each stretch of the row moved the score, from its first token, the name's, on; not normalised. */
  readonly salience: Float32Array;
}

/** What the flow tower said of a connection. */
export interface FlowScore {
  /** Calibrated probability that the connection is an attack's, in [0, 1]. */
  readonly score: number;
  /** `[52]` standardised features: how many training standard deviations each is from normal, clamped to ±6; 0 where masked. */
  readonly unusual: Float32Array;
}

/** What the BiLSTM said of a client's sequence. */
export interface SequenceScore {
  /** Calibrated probability that the client is attacking, in [0, 1]. */
  readonly score: number;
  /** Probability of each pattern, given that it is attacking; in the order of `BEHAVIOUR_PATTERNS`, sums to 1. */
  readonly patterns: Float32Array;
  /** `[64]` the newest step, standardised as in {@link FlowScore.unusual}. */
  readonly unusual: Float32Array;
}

/** Any kind of attack that an assessment can name. */
export type AttackCategory = ContentCategory | BehaviourPattern;
