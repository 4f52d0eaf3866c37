import { autoRuntime } from './auto-runtime.js';
import { onnxRuntimeNode } from './onnx-runtime-node.js';
import { onnxRuntimeWeb } from './onnx-runtime-web.js';
import type { Runtime, RuntimeChoice } from './runtime.js';
import { wasmRuntime } from './wasm/wasm-runtime.js';

/**
 * The run time that the option `runtime` names.
 *
 * @throws `API_SECURITY_RUNTIME_UNAVAILABLE`
 */
export async function openRuntime(wanted: RuntimeChoice): Promise<Runtime> {
  switch (wanted) {
    case 'auto':
      return autoRuntime();
    case 'wasm':
      return wasmRuntime();
    case 'onnxruntime-node':
      return onnxRuntimeNode();
    case 'onnxruntime-web':
      return onnxRuntimeWeb();
    default:
      return wanted;
  }
}
