import { ApiSecurityError } from '../errors.js';
import type { OnnxRuntime, OnnxSessionOptions } from './onnx-runtime-node.js';
import type { Session, Tensor, TensorSpec } from './runtime.js';

type OrtTensor = InstanceType<OnnxRuntime['Tensor']>;
type OrtSession = Awaited<ReturnType<OnnxRuntime['InferenceSession']['create']>>;

/**
 * Loads a graph into ONNX Runtime, and runs it once.
 *
 * @param name - of the package, for messages
 * @throws `API_SECURITY_MODEL_LOAD_FAILED`
 */
export async function onnxSession(
  ort: OnnxRuntime,
  name: string,
  bytes: Uint8Array,
  options: OnnxSessionOptions,
): Promise<Session> {
  try {
    const session = await ort.InferenceSession.create(bytes, {
      ...options,
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
        const input: Record<string, OrtTensor> = {};
        for (const [feed, tensor] of Object.entries(feeds))
          input[feed] = new ort.Tensor(tensor.type, tensor.data, tensor.dims);
        const output = await session.run(input);
        return Object.fromEntries(
          Object.entries(output).map(([given, tensor]) => [given, tensor as unknown as Tensor]),
        );
      },
      async close() {
        if (closed) return;
        closed = true;
        await session.release();
      },
    };
  } catch (cause) {
    throw new ApiSecurityError('API_SECURITY_MODEL_LOAD_FAILED', `${name} cannot load the graph.`, { cause });
  }
}

/** Size that stands for a dynamic dimension in the first run. */
const WARM_UP_SIZE = 32;

/** Input of the first run, which costs tens of times what the others do and must not fall to the first request. */
function zeros(ort: OnnxRuntime, { type, dims }: TensorSpec): OrtTensor {
  const sizes = dims.map((size) => (typeof size === 'number' ? size : WARM_UP_SIZE));
  const length = sizes.reduce((product, size) => product * size, 1);
  return type === 'int32'
    ? new ort.Tensor('int32', new Int32Array(length), sizes)
    : new ort.Tensor('float32', new Float32Array(length), sizes);
}

function specOf(metadata: OrtSession['inputMetadata'][number]): TensorSpec {
  if (!metadata.isTensor) return { name: metadata.name, type: 'not a tensor', dims: [] };
  return { name: metadata.name, type: metadata.type, dims: metadata.shape };
}
