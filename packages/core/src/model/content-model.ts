import { CONTENT_CATEGORIES } from '../content/category.js';
import { CONTENT_SCHEMA } from '../content/content-value.js';
import { NAME_LENGTH } from '../content/value-name.js';
import {
  BOUNDARY_TOKEN,
  PAD_TOKEN,
  TEXT_LENGTH,
  WINDOW_LENGTH,
  WINDOW_STRIDE,
  type Windows,
} from '../content/windows.js';
import { ApiSecurityError } from '../errors.js';
import { type MaybePromise, whenKnown } from '../maybe-promise.js';
import type { Manifest } from './manifest.js';
import { checkContract, type Model, type ModelContract, readOutput } from './model.js';
import type { Session, Tensor } from './runtime.js';
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

/** Scores below it are of no kind, and no byte moved them that would be worth showing. */
export const QUIET_SCORE = 0.05;

/** How this version cuts values into rows, in tokens and bytes; a content tower must have been trained on the same. */
export const CONTENT_WINDOW: Readonly<Record<string, number>> = {
  length: WINDOW_LENGTH,
  text: TEXT_LENGTH,
  name: NAME_LENGTH,
  stride: WINDOW_STRIDE,
  pad: PAD_TOKEN,
  boundary: BOUNDARY_TOKEN,
};

/** The content tower: windows of decoded values → score, category and salience of each. */
export interface ContentModel extends Model {
  /** Tokens between two entries of a salience vector, and tokens that each covers. */
  readonly salience: { readonly stride: number; readonly width: number };
  /**
   * Scores a batch; one answer per window, in order. An empty batch answers `[]` without running.
   * Throws or rejects with `API_SECURITY_MODEL_OUTPUT_INVALID` or the run time's error. May be called concurrently.
   *
   * @param quietBelow - windows that score lower may come without categories and salience: with zeros. @defaultValue {@link QUIET_SCORE}
   */
  score(windows: Windows, quietBelow?: number): MaybePromise<readonly WindowScore[]>;
}

/** Wraps a loaded graph. @throws as `checkContract`, `API_SECURITY_MODEL_SCHEMA_MISMATCH` also where rows were cut otherwise in training */
export function contentModel(manifest: Manifest, session: Session, runtime: string): ContentModel {
  checkContract(manifest, session, CONTENT_CONTRACT);
  checkWindow(manifest);
  const categoryCount = CONTENT_CATEGORIES.length;
  let scored = 0;
  return {
    manifest,
    runtime,
    salience: manifest.salience ?? { stride: 1, width: 1 },
    get scored() {
      return scored;
    },
    score(windows, quietBelow = QUIET_SCORE) {
      const { count, length } = windows;
      if (count === 0) return [];
      const feeds = {
        bytes: { type: 'int32', data: windows.tokens, dims: [count, length] },
        place: { type: 'int32', data: windows.places, dims: [count] },
      } as const;
      return whenKnown(session.run(feeds, quietBelow), (output) => read(output, count));
    },
    close: () => session.close(),
  };

  function read(output: Readonly<Record<string, Tensor>>, count: number): WindowScore[] {
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
  }
}

function checkWindow({ name, version, window }: Manifest): void {
  const differs = Object.entries(CONTENT_WINDOW).find(([field, size]) => window?.[field] !== size);
  if (differs === undefined) return;
  const [field, size] = differs;
  throw new ApiSecurityError(
    'API_SECURITY_MODEL_SCHEMA_MISMATCH',
    `Model ${name} ${version} was trained on windows with ${field} ${window?.[field] ?? 'unstated'}, this version cuts them with ${field} ${size}.`,
  );
}
