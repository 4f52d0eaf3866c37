import { ApiSecurityError } from '../errors.js';
import type { Manifest } from './manifest.js';
import type { Session, Tensor } from './runtime.js';

/** What every loaded model tells about itself. */
export interface Model {
  readonly manifest: Manifest;
  /** Name of the run time it runs on. */
  readonly runtime: string;
  /** Rows scored since it was loaded. A model that silently never runs keeps this at 0. */
  readonly scored: number;
  /** Idempotent. */
  close(): Promise<void>;
}

/** The tensor that one role feeds or reads: element type and trailing dimensions (the first is always the batch). */
export interface TensorContract {
  readonly type: 'float32' | 'int32';
  /** Dimensions after the batch; null where any size is right. */
  readonly tail: readonly (number | null)[];
}

/** What a graph must look like to serve a role. */
export interface ModelContract {
  readonly schema: string;
  readonly inputs: Readonly<Record<string, TensorContract>>;
  readonly outputs: Readonly<Record<string, TensorContract>>;
}

/**
 * Checks a loaded graph against the contract of its role.
 *
 * @throws `API_SECURITY_MODEL_SCHEMA_MISMATCH` or `API_SECURITY_MODEL_SHAPE_MISMATCH`, naming the model and the tensor
 */
export function checkContract(manifest: Manifest, session: Session, contract: ModelContract): void {
  const model = `${manifest.name} ${manifest.version}`;
  if (manifest.schema !== contract.schema) {
    throw new ApiSecurityError(
      'API_SECURITY_MODEL_SCHEMA_MISMATCH',
      `Model ${model} was trained on schema "${manifest.schema}", this version extracts "${contract.schema}".`,
    );
  }
  for (const direction of ['inputs', 'outputs'] as const) {
    for (const [name, wanted] of Object.entries(contract[direction])) {
      const found = session[direction].find((spec) => spec.name === name);
      const fits =
        found !== undefined &&
        found.type === wanted.type &&
        found.dims.length === wanted.tail.length + 1 &&
        // A dynamic dimension may turn out right; the outputs are checked again on every run.
        wanted.tail.every(
          (size, i) => size === null || typeof found.dims[i + 1] === 'string' || found.dims[i + 1] === size,
        );
      if (fits) continue;
      const got = found === undefined ? 'nothing of that name' : `${found.type} [${found.dims.join(', ')}]`;
      const shape = ['batch', ...wanted.tail.map((size) => size ?? 'any')].join(', ');
      throw new ApiSecurityError(
        'API_SECURITY_MODEL_SHAPE_MISMATCH',
        `Model ${model} needs ${direction.slice(0, -1)} "${name}" as ${wanted.type} [${shape}], got ${got}.`,
      );
    }
  }
}

/**
 * One output of a run as finite numbers.
 *
 * @param length - elements expected; null where any number is right
 * @throws `API_SECURITY_MODEL_OUTPUT_INVALID` when it is missing, has another size, or holds NaN or infinity
 */
export function readOutput(
  output: Readonly<Record<string, Tensor>>,
  name: string,
  length: number | null,
): Float32Array {
  const data = output[name]?.data;
  if (!(data instanceof Float32Array) || (length !== null && data.length !== length)) {
    throw new ApiSecurityError(
      'API_SECURITY_MODEL_OUTPUT_INVALID',
      `Model output "${name}" is missing or has the wrong size.`,
    );
  }
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      throw new ApiSecurityError(
        'API_SECURITY_MODEL_OUTPUT_INVALID',
        `Model output "${name}" holds a value that is not finite.`,
      );
    }
  }
  return data;
}
