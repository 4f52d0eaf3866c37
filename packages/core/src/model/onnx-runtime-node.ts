import { ApiSecurityError } from '../errors.js';
import { onnxSession } from './onnx-session.js';
import type { Runtime } from './runtime.js';

/** What the packages of ONNX Runtime have in common. */
export type OnnxRuntime = Pick<typeof import('onnxruntime-node'), 'InferenceSession' | 'Tensor'>;
export type OnnxSessionOptions = import('onnxruntime-node').InferenceSession.SessionOptions;

/** One thread: the default takes every core for one operator, which suits batch jobs and starves a web server. */
const OPTIONS = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential' } as const;

/**
 * The reference run time: any ONNX graph, through the native `onnxruntime-node`. This is the only file that imports it.
 *
 * @throws `API_SECURITY_RUNTIME_UNAVAILABLE` where the package is not installed or its binary does not load (e.g. musl)
 */
export async function onnxRuntimeNode(): Promise<Runtime> {
  const name = 'onnxruntime-node';
  let ort: OnnxRuntime;
  try {
    const loaded = (await import('onnxruntime-node')) as OnnxRuntime & { default?: OnnxRuntime };
    ort = loaded.default ?? loaded;
  } catch (cause) {
    throw new ApiSecurityError(
      'API_SECURITY_RUNTIME_UNAVAILABLE',
      'onnxruntime-node is not installed or cannot load on this machine: install it, or take the run time "wasm" or "onnxruntime-web".',
      { cause },
    );
  }
  return { name, load: (bytes) => onnxSession(ort, name, bytes, OPTIONS) };
}
