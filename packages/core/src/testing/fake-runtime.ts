import { CONTENT_CATEGORIES, type ContentCategory } from '../content/category.js';
import { BOUNDARY_TOKEN } from '../content/windows.js';
import { FLOW_FEATURE_COUNT } from '../flow/feature-schema.js';
import type { ModelRole } from '../model/manifest.js';
import type { Runtime, Session, Tensor } from '../model/runtime.js';
import { BEHAVIOUR_PATTERNS } from '../sequence/pattern.js';
import { STEP_WIDTH } from '../sequence/step.js';
import { CONTRACTS, specsOf } from './fake-models.js';

/** What the fake content tower takes for attacks: text in lower case → kind. */
const ATTACKS: Readonly<Record<string, ContentCategory>> = {
  "' or 1=1": 'sqli',
  '<script': 'xss',
  '../../': 'traversal',
  '; cat /': 'cmdi',
  '{{7*7}}': 'ssti',
  '{jndi:': 'log4shell',
};
const CERTAIN_SCORE = 0.99;
const CALM_SCORE = 0.01;

/** How the fake models behave. */
export interface FakeRuntimeOptions {
  /** Called before each run. What it throws is the run's error; a promise that never settles is a model that hangs. */
  readonly onRun?: (role: ModelRole) => void | Promise<void>;
  /** What the BiLSTM says of a window of steps. @defaultValue 0.01 */
  readonly sequenceScore?: (steps: Float32Array, mask: Float32Array) => number;
  /** What the flow tower says of a connection. @defaultValue 0.01 */
  readonly flowScore?: (features: Float32Array) => number;
}

/**
 * A run time for the models of `writeFakeModels`, for tests that must not depend on training: a window that holds one of a few
 * well-known payloads scores 0.99, everything else 0.01.
 */
export function fakeRuntime(options: FakeRuntimeOptions = {}): Runtime {
  return { name: 'fake', load: async (bytes) => sessionOf(Buffer.from(bytes).toString() as ModelRole, options) };
}

function sessionOf(role: ModelRole, { onRun, sequenceScore, flowScore }: FakeRuntimeOptions): Session {
  const answer: Readonly<Record<ModelRole, (feeds: Readonly<Record<string, Tensor>>) => Record<string, Tensor>>> = {
    content: ({ bytes }) => scoreWindows(bytes as Tensor),
    flow: ({ features }) => ({
      score: floats([flowScore?.(features?.data as Float32Array) ?? CALM_SCORE], 1),
      unusual: floats(new Float32Array(FLOW_FEATURE_COUNT), 1),
    }),
    sequence: ({ steps, mask }) => ({
      score: floats([sequenceScore?.(steps?.data as Float32Array, mask?.data as Float32Array) ?? CALM_SCORE], 1),
      patterns: floats(new Float32Array(BEHAVIOUR_PATTERNS.length).fill(1 / BEHAVIOUR_PATTERNS.length), 1),
      unusual: floats(new Float32Array(STEP_WIDTH), 1),
    }),
  };
  return {
    inputs: specsOf(CONTRACTS[role].inputs),
    outputs: specsOf(CONTRACTS[role].outputs),
    async run(feeds) {
      await onRun?.(role);
      return answer[role](feeds);
    },
    async close() {},
  };
}

function scoreWindows({ data, dims }: Tensor): Record<string, Tensor> {
  const [count = 0, length = 0] = dims;
  const scores = new Float32Array(count).fill(CALM_SCORE);
  const categories = new Float32Array(count * CONTENT_CATEGORIES.length);
  const salience = new Float32Array(count * length);
  for (let row = 0; row < count; row++) {
    const tokens = data.subarray(row * length, (row + 1) * length);
    const textAt = tokens.indexOf(BOUNDARY_TOKEN) + 1;
    // One character for each token: that of the padding is in no payload.
    const text = String.fromCharCode(...tokens.subarray(textAt));
    const payload = Object.keys(ATTACKS).find((attack) => text.includes(attack));
    const category = payload === undefined ? 'other' : (ATTACKS[payload] as ContentCategory);
    categories[row * CONTENT_CATEGORIES.length + CONTENT_CATEGORIES.indexOf(category)] = 1;
    if (payload === undefined) continue;
    scores[row] = CERTAIN_SCORE;
    const start = row * length + textAt + text.indexOf(payload);
    salience.fill(1, start, start + payload.length);
  }
  return { score: floats(scores, count), categories: floats(categories, count), salience: floats(salience, count) };
}

/** Values of `rows` rows as a tensor. */
function floats(values: ArrayLike<number>, rows: number): Tensor {
  const width = rows === 0 ? 0 : values.length / rows;
  return { type: 'float32', data: Float32Array.from(values), dims: width === 1 ? [rows] : [rows, width] };
}
