import { FLOW_FEATURE_COUNT, FLOW_SCHEMA, OBSERVABLE_MASK } from '../flow/feature-schema.js';
import { type MaybePromise, whenKnown } from '../maybe-promise.js';
import type { Manifest } from './manifest.js';
import { checkContract, type Model, type ModelContract, readOutput } from './model.js';
import type { Session } from './runtime.js';
import type { FlowScore } from './scores.js';

/** What a graph must look like to be a flow tower. */
export const FLOW_CONTRACT: ModelContract = {
  schema: FLOW_SCHEMA,
  inputs: {
    features: { type: 'float32', tail: [FLOW_FEATURE_COUNT] },
    mask: { type: 'float32', tail: [FLOW_FEATURE_COUNT] },
  },
  outputs: { score: { type: 'float32', tail: [] }, unusual: { type: 'float32', tail: [FLOW_FEATURE_COUNT] } },
};

/** The flow tower: the 52 features of a connection so far → score. */
export interface FlowModel extends Model {
  /** @param features - `[52]` raw values in schema order. Rejects as the content model does. */
  score(features: Float32Array): MaybePromise<FlowScore>;
}

/** Wraps a loaded graph. @throws as `checkContract` */
export function flowModel(manifest: Manifest, session: Session, runtime: string): FlowModel {
  checkContract(manifest, session, FLOW_CONTRACT);
  let scored = 0;
  return {
    manifest,
    runtime,
    get scored() {
      return scored;
    },
    score(features) {
      const dims = [1, FLOW_FEATURE_COUNT];
      const feeds = {
        features: { type: 'float32', data: features, dims },
        mask: { type: 'float32', data: OBSERVABLE_MASK, dims },
      } as const;
      return whenKnown(session.run(feeds), (output) => {
        const [score] = readOutput(output, 'score', 1);
        scored += 1;
        return { score: score as number, unusual: readOutput(output, 'unusual', FLOW_FEATURE_COUNT) };
      });
    },
    close: () => session.close(),
  };
}
