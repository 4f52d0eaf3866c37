import { type MaybePromise, whenKnown } from '../maybe-promise.js';
import { BEHAVIOUR_PATTERNS } from '../sequence/pattern.js';
import { SEQUENCE_LENGTH, SEQUENCE_SCHEMA, STEP_WIDTH } from '../sequence/step.js';
import type { SequenceWindow } from '../sequence/window.js';
import type { Manifest } from './manifest.js';
import { checkContract, type Model, type ModelContract, readOutput } from './model.js';
import type { Session } from './runtime.js';
import type { SequenceScore } from './scores.js';

/** What a graph must look like to be the sequence model. */
export const SEQUENCE_CONTRACT: ModelContract = {
  schema: SEQUENCE_SCHEMA,
  inputs: {
    steps: { type: 'float32', tail: [SEQUENCE_LENGTH, STEP_WIDTH] },
    mask: { type: 'float32', tail: [SEQUENCE_LENGTH] },
  },
  outputs: {
    score: { type: 'float32', tail: [] },
    patterns: { type: 'float32', tail: [BEHAVIOUR_PATTERNS.length] },
    unusual: { type: 'float32', tail: [STEP_WIDTH] },
  },
};

/** The BiLSTM: a client's newest steps → score and pattern. */
export interface SequenceModel extends Model {
  /** Rejects as the content model does. */
  score(window: SequenceWindow): MaybePromise<SequenceScore>;
}

/** Wraps a loaded graph. @throws as `checkContract` */
export function sequenceModel(manifest: Manifest, session: Session, runtime: string): SequenceModel {
  checkContract(manifest, session, SEQUENCE_CONTRACT);
  let scored = 0;
  return {
    manifest,
    runtime,
    get scored() {
      return scored;
    },
    score(window) {
      const feeds = {
        steps: { type: 'float32', data: window.steps, dims: [1, SEQUENCE_LENGTH, STEP_WIDTH] },
        mask: { type: 'float32', data: window.mask, dims: [1, SEQUENCE_LENGTH] },
      } as const;
      return whenKnown(session.run(feeds), (output) => {
        const [score] = readOutput(output, 'score', 1);
        scored += 1;
        return {
          score: score as number,
          patterns: readOutput(output, 'patterns', BEHAVIOUR_PATTERNS.length),
          unusual: readOutput(output, 'unusual', STEP_WIDTH),
        };
      });
    },
    close: () => session.close(),
  };
}
