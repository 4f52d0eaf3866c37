import type { Tensor } from '../runtime.js';
import type { GraphStructure } from './graph-structure.js';
import type { Kernels } from './kernels.js';

/** Computes a batch; throws where an input does not fit. What it returns is its own. `quietBelow` is as in `Session.run`. */
export type Forward = (feeds: Readonly<Record<string, Tensor>>, quietBelow: number) => Readonly<Record<string, Tensor>>;

/** Puts a graph's weights where the kernels want them. Throws `API_SECURITY_MODEL_UNSUPPORTED` where a fixed number is another. */
export type Architecture = (structure: GraphStructure, kernels: Kernels) => Forward;
