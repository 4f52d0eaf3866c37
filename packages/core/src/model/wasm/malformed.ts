import { ApiSecurityError } from '../../errors.js';

/** What is thrown for bytes that are no ONNX file. */
export function malformed(detail: string): ApiSecurityError {
  return new ApiSecurityError('API_SECURITY_MODEL_LOAD_FAILED', `The graph is not a whole ONNX file: ${detail}.`);
}

/** What is thrown for a graph that may be a good one and is none that the kernels were written for. */
export function unsupported(detail: string): ApiSecurityError {
  return new ApiSecurityError(
    'API_SECURITY_MODEL_UNSUPPORTED',
    `The run time "wasm" knows the architectures of the shipped models only: ${detail}. Set the option "runtime" to "auto" or "onnxruntime-node".`,
  );
}
