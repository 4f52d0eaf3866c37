import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Graph, writeOnnx } from './onnx-writer.js';

/** What a window scores for each single quote in it: one is LOW, two are HIGH, three are CRITICAL. */
const SCORE_PER_QUOTE = 0.31;

const QUOTE = 39;
/** Between a value's name and its text. */
const BOUNDARY = 257;
const CATEGORIES = Array.from({ length: 16 }, (_, i) => (i === 0 ? 0.9 : i === 4 ? 0.1 : 0));
const PATTERNS = [1, 0, 0, 0, 0, 0, 0];

/** Counts single quotes; says 90 % sqli and 10 % cmdi of everything. */
const countQuotes = (scorePerQuote: number): Graph => ({
  inputs: [
    { name: 'bytes', type: 'int32', dims: ['batch', 'length'] },
    { name: 'place', type: 'int32', dims: ['batch'] },
  ],
  outputs: [
    { name: 'score', type: 'float32', dims: ['batch'] },
    { name: 'categories', type: 'float32', dims: ['batch', 16] },
    { name: 'salience', type: 'float32', dims: ['batch', 'length'] },
  ],
  constants: [
    { name: 'quote', type: 'int32', values: [QUOTE] },
    { name: 'each', type: 'float32', values: [scorePerQuote] },
    { name: 'one', type: 'float32', values: [1] },
    { name: 'zero', type: 'float32', values: [0] },
    { name: 'kinds', type: 'float32', values: CATEGORIES },
  ],
  nodes: [
    { op: 'Equal', inputs: ['bytes', 'quote'], outputs: ['quoted'] },
    { op: 'Cast', inputs: ['quoted'], outputs: ['salience'], attributes: { to: 1 } },
    { op: 'ReduceSum', inputs: ['salience'], outputs: ['quotes'], attributes: { axes: [1], keepdims: 0 } },
    { op: 'Mul', inputs: ['quotes', 'each'], outputs: ['raw'] },
    { op: 'Min', inputs: ['raw', 'one'], outputs: ['score'] },
    { op: 'Unsqueeze', inputs: ['score'], outputs: ['column'], attributes: { axes: [1] } },
    { op: 'Mul', inputs: ['column', 'zero'], outputs: ['zeros'] },
    { op: 'Add', inputs: ['zeros', 'kinds'], outputs: ['categories'] },
  ],
});

/** The mean of the features. */
const FLOW: Graph = {
  inputs: [
    { name: 'features', type: 'float32', dims: ['batch', 52] },
    { name: 'mask', type: 'float32', dims: ['batch', 52] },
  ],
  outputs: [
    { name: 'score', type: 'float32', dims: ['batch'] },
    { name: 'unusual', type: 'float32', dims: ['batch', 52] },
  ],
  constants: [],
  nodes: [
    { op: 'ReduceMean', inputs: ['features'], outputs: ['score'], attributes: { axes: [1], keepdims: 0 } },
    { op: 'Mul', inputs: ['features', 'mask'], outputs: ['unusual'] },
  ],
};

/** The share of the window that is filled. */
const SEQUENCE: Graph = {
  inputs: [
    { name: 'steps', type: 'float32', dims: ['batch', 16, 64] },
    { name: 'mask', type: 'float32', dims: ['batch', 16] },
  ],
  outputs: [
    { name: 'score', type: 'float32', dims: ['batch'] },
    { name: 'patterns', type: 'float32', dims: ['batch', 7] },
    { name: 'unusual', type: 'float32', dims: ['batch', 64] },
  ],
  constants: [
    { name: 'zero', type: 'float32', values: [0] },
    { name: 'kinds', type: 'float32', values: PATTERNS },
  ],
  nodes: [
    { op: 'ReduceMean', inputs: ['mask'], outputs: ['score'], attributes: { axes: [1], keepdims: 0 } },
    { op: 'Unsqueeze', inputs: ['score'], outputs: ['column'], attributes: { axes: [1] } },
    { op: 'Mul', inputs: ['column', 'zero'], outputs: ['zeros'] },
    { op: 'Add', inputs: ['zeros', 'kinds'], outputs: ['patterns'] },
    { op: 'ReduceMax', inputs: ['steps'], outputs: ['unusual'], attributes: { axes: [1], keepdims: 0 } },
  ],
};

const GOLDEN = {
  content: [
    {
      value: { place: 'query.q', kind: 'query', name: 'q', text: '%27%27' },
      decoded: "''",
      chain: ['percent'],
      tokens: [[...Buffer.from('q'), BOUNDARY, QUOTE, QUOTE]],
      score: 2 * SCORE_PER_QUOTE,
      categories: CATEGORIES,
      salience: [0, 0, 1, 1, ...new Array<number>(28).fill(0)],
    },
    {
      value: { place: 'body.name', kind: 'body', name: 'name', text: "O'Brien" },
      decoded: "O'Brien",
      chain: [],
      tokens: [[...Buffer.from('name'), BOUNDARY, ...Buffer.from("o'brien")]],
      score: SCORE_PER_QUOTE,
      categories: CATEGORIES,
      salience: [0, 0, 0, 0, 0, 0, 1, ...new Array<number>(25).fill(0)],
    },
  ],
  flow: [{ features: Array.from({ length: 52 }, (_, i) => i / 52), score: 51 / 104 }],
  sequence: [
    { steps: Array.from({ length: 4 }, () => new Array<number>(64).fill(1)), score: 0.25, patterns: PATTERNS },
  ],
};

/**
 * Writes three tiny models, real graphs with true golden vectors, as `<role>/1.0.0/` into a directory.
 *
 * @param scorePerQuote - NaN makes a content tower that loads and then fails on every run
 */
export function writeTinyModels(directory: string, scorePerQuote: number = SCORE_PER_QUOTE): void {
  const models = [
    {
      role: 'content',
      schema: 'content/2',
      graph: countQuotes(scorePerQuote),
      salience: { stride: 1, width: 1 },
      window: { length: 256, text: 231, name: 24, stride: 176, pad: 256, boundary: BOUNDARY },
    },
    { role: 'flow', schema: 'cicids2017-52/1', graph: FLOW, salience: null, window: null },
    { role: 'sequence', schema: 'sequence/1', graph: SEQUENCE, salience: null, window: null },
  ] as const;
  for (const { role, schema, graph, salience, window } of models) {
    const path = join(directory, role, '1.0.0');
    const bytes = writeOnnx(graph);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'model.onnx'), bytes);
    writeFileSync(join(path, 'golden.json'), JSON.stringify({ entries: GOLDEN[role] }));
    const manifest = {
      name: `tiny-${role}`,
      version: '1.0.0',
      role,
      schema,
      file: 'model.onnx',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      inputs: graph.inputs,
      outputs: graph.outputs,
      // Low, so that the score of a request is that of its strongest value.
      thresholds: { certain: 0.2 },
      salience,
      window,
    };
    writeFileSync(join(path, 'manifest.json'), JSON.stringify(manifest));
  }
}
