import { ApiSecurityError } from '../errors.js';
import type { Runtime, Session, Tensor, TensorSpec } from './runtime.js';

type Ort = typeof import('onnxruntime-node');

/**
 * The reference run time: any ONNX graph, through the native `onnxruntime-node`. This is the only file that imports it.
 *
 * @throws `API_SECURITY_RUNTIME_UNAVAILABLE` where the package is not installed or its binary does not load (e.g. musl)
 */
export async function onnxRuntimeNode(): Promise<Runtime> {
  let ort: Ort;
  try {
    const loaded = (await import('onnxruntime-node')) as Ort & { default?: Ort };
    ort = loaded.default ?? loaded;
  } catch (cause) {
    throw new ApiSecurityError(
      'API_SECURITY_RUNTIME_UNAVAILABLE',
      'onnxruntime-node is not installed or cannot load on this machine: install it, or set onModelFailure to "open" to run without models.',
      { cause },
    );
  }
  return { name: 'onnxruntime-node', load: (bytes) => load(ort, bytes) };
}

async function load(ort: Ort, bytes: Uint8Array): Promise<Session> {
  try {
    const session = await ort.InferenceSession.create(bytes, {
      // One thread: the default takes every core for one operator, which suits batch jobs and starves a web server.
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
    const inputs = session.inputMetadata.map(specOf);
    await session.run(Object.fromEntries(inputs.map((spec) => [spec.name, zeros(ort, spec)])));
    let closed = false;
    return {
      inputs,
      outputs: session.outputMetadata.map(specOf),
      async run(feeds) {
        const input: Record<string, import('onnxruntime-node').Tensor> = {};
        for (const [name, tensor] of Object.entries(feeds))
          input[name] = new ort.Tensor(tensor.type, tensor.data, tensor.dims);
        const output = await session.run(input);
        return Object.fromEntries(Object.entries(output).map(([name, tensor]) => [name, tensor as unknown as Tensor]));
      },
      async close() {
        if (closed) return;
        closed = true;
        await session.release();
      },
    };
  } catch (cause) {
    throw new ApiSecurityError('API_SECURITY_MODEL_LOAD_FAILED', 'onnxruntime-node cannot load the graph.', { cause });
  }
}

/** Size that stands for a dynamic dimension in the first run. */
const WARM_UP_SIZE = 32;

/** Input of the first run, which costs tens of times what the others do and must not fall to the first request. */
function zeros(ort: Ort, { type, dims }: TensorSpec): import('onnxruntime-node').Tensor {
  const sizes = dims.map((size) => (typeof size === 'number' ? size : WARM_UP_SIZE));
  const length = sizes.reduce((product, size) => product * size, 1);
  return type === 'int32'
    ? new ort.Tensor('int32', new Int32Array(length), sizes)
    : new ort.Tensor('float32', new Float32Array(length), sizes);
}

function specOf(metadata: import('onnxruntime-node').InferenceSession.ValueMetadata): TensorSpec {
  if (!metadata.isTensor) return { name: metadata.name, type: 'not a tensor', dims: [] };
  return { name: metadata.name, type: metadata.type, dims: metadata.shape };
}
