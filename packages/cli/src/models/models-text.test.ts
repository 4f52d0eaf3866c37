import { expect, it } from 'vitest';
import { paintFor } from '../output.js';
import { verificationText } from './models-text.js';

const plain = paintFor({ write: () => true }, { NO_COLOR: '1' });
const flow = {
  role: 'flow',
  ok: true,
  model: null,
  runtimes: ['wasm'],
  golden: { entries: 24, worst: 2e-7, worstAt: 'entry 1, score', unlike: null },
  problem: null,
} as const;

it('says on which run times a model was verified, and on which it could not be', () => {
  const absentRuntimes = ['onnxruntime-node', 'onnxruntime-web'];
  expect(verificationText({ models: [flow], absentRuntimes }, plain)).toEqual([
    'ok      flow  24 golden vectors, worst deviation 2.0e-7 on wasm',
    'not verified on onnxruntime-node, onnxruntime-web: not installed here',
  ]);
  expect(verificationText({ models: [flow], absentRuntimes: [] }, plain)).toHaveLength(1);
});
