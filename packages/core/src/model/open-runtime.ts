import { onnxRuntimeNode } from './onnx-runtime-node.js';
import type { Runtime } from './runtime.js';

/**
 * The run time that the option `runtime` names.
 *
 * @throws `API_SECURITY_RUNTIME_UNAVAILABLE`
 */
export async function openRuntime(wanted: 'auto' | 'onnxruntime-node' | Runtime): Promise<Runtime> {
  return typeof wanted === 'string' ? onnxRuntimeNode() : wanted;
}
