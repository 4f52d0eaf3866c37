import { CONTENT_CATEGORIES } from '../content/category.js';
import { CONTENT_SCHEMA } from '../content/content-value.js';
import type { Windows } from '../content/windows.js';
import type { Manifest } from './manifest.js';
import { checkContract, type Model, type ModelContract, readOutput } from './model.js';
import type { Session } from './runtime.js';
import type { WindowScore } from './scores.js';

/** What a graph must look like to be a content tower. */
export const CONTENT_CONTRACT: ModelContract = {
  schema: CONTENT_SCHEMA,
  inputs: { bytes: { type: 'int32', tail: [null] }, place: { type: 'int32', tail: [] } },
  outputs: {
    score: { type: 'float32', tail: [] },
    categories: { type: 'float32', tail: [CONTENT_CATEGORIES.length] },
    salience: { type: 'float32', tail: [null] },
  },
};

/** The content tower: windows of decoded values → score, category and salience of each. */
export interface ContentModel extends Model {
  /** Bytes between two entries of a salience vector, and bytes that each covers. */
  readonly salience: { readonly stride: number; readonly width: number };
  /**
   * Scores a batch; one answer per window, in order. An empty batch answers `[]` without running.
   * Rejects with `API_SECURITY_MODEL_OUTPUT_INVALID` or the run time's error. May be called concurrently.
   */
  score(windows: Windows): Promise<readonly WindowScore[]>;
}

/** Wraps a loaded graph. @throws as `checkContract` */
export function contentModel(manifest: Manifest, session: Session, runtime: string): ContentModel {
  checkContract(manifest, session, CONTENT_CONTRACT);
  const categoryCount = CONTENT_CATEGORIES.length;
  let scored = 0;
  return {
    manifest,
    runtime,
    salience: manifest.salience ?? { stride: 1, width: 1 },
    get scored() {
      return scored;
    },
    async score(windows) {
      const { count, length } = windows;
      if (count === 0) return [];
      const output = await session.run({
        bytes: { type: 'int32', data: windows.tokens, dims: [count, length] },
        place: { type: 'int32', data: windows.places, dims: [count] },
      });
      const scores = readOutput(output, 'score', count);
      const categories = readOutput(output, 'categories', count * categoryCount);
      const salience = readOutput(output, 'salience', null);
      const span = salience.length / count;
      scored += count;
      return Array.from(scores, (score, i) => ({
        score,
        categories: categories.subarray(i * categoryCount, (i + 1) * categoryCount),
        salience: salience.subarray(i * span, (i + 1) * span),
      }));
    },
    close: () => session.close(),
  };
}
