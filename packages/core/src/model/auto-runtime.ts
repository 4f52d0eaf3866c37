import { onnxRuntimeNode } from './onnx-runtime-node.js';
import type { Runtime } from './runtime.js';
import { wasmRuntime } from './wasm/wasm-runtime.js';

/**
 * Each graph on our own kernels where they know it, else on `onnxruntime-node`, which is not loaded before it is needed and has the
 * last word on what is no graph at all.
 */
export function autoRuntime(
  fast: Runtime = wasmRuntime(),
  openGeneral: () => Promise<Runtime> = onnxRuntimeNode,
): Runtime {
  return {
    name: 'auto',
    async load(bytes) {
      const known = await fast.load(bytes).catch(() => null);
      if (known !== null) return { ...known, runtime: fast.name };
      const general = await openGeneral();
      return { ...(await general.load(bytes)), runtime: general.name };
    },
  };
}
