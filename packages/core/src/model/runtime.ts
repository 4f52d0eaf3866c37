import type { MaybePromise } from '../maybe-promise.js';

/** A dense tensor in row-major order. */
export interface Tensor {
  readonly type: 'float32' | 'int32';
  readonly data: Float32Array | Int32Array;
  readonly dims: readonly number[];
}

/** Name, element type and dimensions of one graph input or output; a string dimension is dynamic. */
export interface TensorSpec {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly (number | string)[];
}

/** A loaded graph. */
export interface Session {
  /** Name of the run time that the graph is on, where that is another than the one that was asked to load it. */
  readonly runtime?: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /**
   * Runs the graph once, at once where the run time can. May be called concurrently; throws or rejects when the run time fails.
   *
   * @param quietBelow - of rows whose `score` is lower, the other outputs are not needed and may be 0. @defaultValue 0
   */
  run(feeds: Readonly<Record<string, Tensor>>, quietBelow?: number): MaybePromise<Readonly<Record<string, Tensor>>>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** The seam behind which the models run. */
export interface Runtime {
  readonly name: string;
  /**
   * Loads a graph from bytes whose hash has been checked.
   * @throws `API_SECURITY_MODEL_LOAD_FAILED`
   */
  load(bytes: Uint8Array): Promise<Session>;
}

/** What the option `runtime` may be: see `openRuntime`. */
export type RuntimeChoice = 'auto' | 'wasm' | 'onnxruntime-node' | 'onnxruntime-web' | Runtime;
