import type { ContentCategory } from '../content/category.js';
import type { BehaviourPattern } from '../sequence/pattern.js';

/** What the content tower said of one window of one value. All in [0, 1]. */
export interface WindowScore {
  /** Calibrated probability that the window is (part of) an attack. */
  readonly score: number;
  /** Probability of each category, given that it is an attack; in the order of `CONTENT_CATEGORIES`, sums to 1. */
  readonly categories: Float32Array;
  /** How much each stretch of the window moved the score, oldest byte first; not normalised. */
  readonly salience: Float32Array;
}

/** What the BiLSTM said of a client's sequence. */
export interface SequenceScore {
  /** Calibrated probability that the client is attacking, in [0, 1]. */
  readonly score: number;
  /** Probability of each pattern, given that it is attacking; in the order of `BEHAVIOUR_PATTERNS`, sums to 1. */
  readonly patterns: Float32Array;
}

/** The category most probable in a distribution of {@link WindowScore}, and so on: argmax by name. */
export type AttackCategory = ContentCategory | BehaviourPattern;
