import { ApiSecurityError } from '../../errors.js';
import type { Runtime, Session, Tensor, TensorSpec } from '../runtime.js';
import type { Architecture, Forward } from './architecture.js';
import { contentArchitecture } from './content-architecture.js';
import { flowArchitecture } from './flow-architecture.js';
import { structureOf } from './graph-structure.js';
import { type KernelBuild, openKernels } from './kernels.js';
import { unsupported } from './malformed.js';
import { readOnnxGraph } from './onnx-graph.js';
import { sequenceArchitecture } from './sequence-architecture.js';

/** Architectures by the fingerprint of their graph; the error for another graph says which it has. */
const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  '484ba997e142ca74fb5f1f2b9418363de5d5d165c1a35f3299e63930276607b0': contentArchitecture,
  '59674459d65aa72b09c3df0a6f7836afa143b3c9651e7c13c3025adeb75f1842': flowArchitecture,
  a12124b2c0f564cc04dd48498565d02779490e5c3cf07243aada4ebd0d187fed: sequenceArchitecture,
};

/**
 * Our own kernels for the architectures of the shipped models, in WebAssembly: no native code, nothing read from disk. Runs on the
 * calling thread; a run under way is never interrupted, so concurrent calls take turns.
 *
 * @param build - that build of the kernels instead of the fastest, for tests
 */
export function wasmRuntime(build?: KernelBuild): Runtime {
  return { name: 'wasm', load: async (bytes) => load(bytes, build) };
}

function load(bytes: Uint8Array, build: KernelBuild | undefined): Session {
  const graph = readOnnxGraph(bytes);
  const structure = structureOf(graph);
  const architecture = ARCHITECTURES[structure.fingerprint];
  if (architecture === undefined) throw unsupported(`the graph has fingerprint ${structure.fingerprint}`);
  let forward: Forward | null = architecture(structure, openKernels(build));
  // The first run compiles the kernels, which must not fall to the first request.
  forward(Object.fromEntries(graph.inputs.map((spec) => [spec.name, zeros(spec)])), 0);
  return {
    inputs: graph.inputs,
    outputs: graph.outputs,
    run(feeds, quietBelow = 0) {
      if (forward === null) throw new ApiSecurityError('API_SECURITY_CLOSED', 'The model was closed.');
      return forward(feeds, quietBelow);
    },
    async close() {
      forward = null;
    },
  };
}

/** Size that stands for a dynamic dimension in the first run: a multiple of what rows are padded to. */
const WARM_UP_SIZE = 32;

function zeros({ type, dims }: TensorSpec): Tensor {
  const sizes = dims.map((size) => (typeof size === 'number' ? size : WARM_UP_SIZE));
  const length = sizes.reduce((product, size) => product * size, 1);
  return type === 'int32'
    ? { type, data: new Int32Array(length), dims: sizes }
    : { type: 'float32', data: new Float32Array(length), dims: sizes };
}
