import { ApiSecurityError } from '../errors.js';
import type { OnnxRuntime } from './onnx-runtime-node.js';
import { onnxSession } from './onnx-session.js';
import type { Runtime } from './runtime.js';

/** As far as it is set up here. */
type OnnxRuntimeWeb = OnnxRuntime & { readonly env: { readonly wasm: { numThreads?: number } } };

/**
 * Any ONNX graph where native code cannot load, through the WebAssembly of `onnxruntime-web`. This is the only file that imports it.
 *
 * @throws `API_SECURITY_RUNTIME_UNAVAILABLE` where the package is not installed or cannot load
 */
export async function onnxRuntimeWeb(): Promise<Runtime> {
  const name = 'onnxruntime-web';
  let ort: OnnxRuntimeWeb;
  try {
    const loaded = (await import('onnxruntime-web')) as unknown as OnnxRuntimeWeb & { default?: OnnxRuntimeWeb };
    ort = loaded.default ?? loaded;
    // With more it starts workers, which nobody would end.
    ort.env.wasm.numThreads = 1;
  } catch (cause) {
    throw new ApiSecurityError(
      'API_SECURITY_RUNTIME_UNAVAILABLE',
      'onnxruntime-web is not installed or cannot load in this process: install it, or take the run time "wasm" or "onnxruntime-node".',
      { cause },
    );
  }
  return { name, load: (bytes) => onnxSession(ort, name, bytes, { executionProviders: ['wasm'] }) };
}
