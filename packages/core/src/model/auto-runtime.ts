import { ApiSecurityError } from '../errors.js';
import { onnxRuntimeNode } from './onnx-runtime-node.js';
import { onnxRuntimeWeb } from './onnx-runtime-web.js';
import type { Runtime } from './runtime.js';
import { wasmRuntime } from './wasm/wasm-runtime.js';

/** Opens a run time, or rejects with `API_SECURITY_RUNTIME_UNAVAILABLE`. */
type Open = () => Promise<Runtime>;

/**
 * Each graph on our own kernels where they know it, else on the first of ONNX Runtime's packages that loads here. None of them is
 * loaded before it is needed, and it has the last word on what is no graph at all.
 */
export function autoRuntime(
  fast: Runtime = wasmRuntime(),
  general: readonly Open[] = [onnxRuntimeNode, onnxRuntimeWeb],
): Runtime {
  return {
    name: 'auto',
    async load(bytes) {
      const known = await fast.load(bytes).catch(() => null);
      if (known !== null) return { ...known, runtime: fast.name };
      const runtime = await firstOf(general);
      return { ...(await runtime.load(bytes)), runtime: runtime.name };
    },
  };
}

/** @throws `API_SECURITY_RUNTIME_UNAVAILABLE` when none loads; its cause says why each did not */
async function firstOf(general: readonly Open[]): Promise<Runtime> {
  const reasons: unknown[] = [];
  for (const open of general) {
    try {
      return await open();
    } catch (error) {
      reasons.push(error);
    }
  }
  throw new ApiSecurityError(
    'API_SECURITY_RUNTIME_UNAVAILABLE',
    'A model is of none of the shipped architectures: install onnxruntime-node, or onnxruntime-web where native code cannot load.',
    { cause: new AggregateError(reasons) },
  );
}
