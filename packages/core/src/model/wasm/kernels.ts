import { endianness } from 'node:os';
import { ApiSecurityError } from '../../errors.js';
import { RELAXED_SIMD, SCALAR, SIMD } from './kernels-wasm.js';
import { type WebAssemblyApi, type WebAssemblyMemory, webAssembly } from './web-assembly.js';

/** Which build of the kernels runs: with fused multiplication and addition, with SIMD, or one number at a time. */
export type KernelBuild = 'relaxed-simd' | 'simd' | 'scalar';

/** What `packages/core/assembly` exports. `tower` and `network` are addresses of records of addresses, which its classes describe. */
interface KernelFunctions {
  /** Address from which on the memory is the caller's. */
  heap(): number;
  content(tower: number, length: number, place: number): number;
  explain(tower: number, length: number): void;
  flow(tower: number): number;
  prepare(network: number): void;
  sequence(network: number): void;
  product(out: number, bias: number, weights: number, values: number, count: number, width: number, list: number): void;
  blocks(
    out: number,
    values: number,
    outputs: number,
    outputStride: number,
    outer: number,
    outerStride: number,
    inner: number,
    innerStride: number,
  ): void;
}

/** An instance of the kernels with a memory of its own. */
export interface Kernels extends KernelFunctions {
  readonly memory: WebAssemblyMemory;
}

const BUILDS: Readonly<Record<KernelBuild, string>> = { 'relaxed-simd': RELAXED_SIMD, simd: SIMD, scalar: SCALAR };
const modules = new Map<KernelBuild, object>();

/**
 * An instance of the fastest build that this machine takes.
 *
 * @param wanted - that build and no other, for tests
 * @throws `API_SECURITY_RUNTIME_UNAVAILABLE`
 */
export function openKernels(wanted?: KernelBuild): Kernels {
  const api = webAssembly();
  // WebAssembly is little-endian everywhere, arrays of numbers are as the machine is.
  if (api === null || endianness() === 'BE') throw unavailable();
  const memory = new api.Memory({ initial: 1 });
  const instance = new api.Instance(moduleOf(api, wanted), { env: { memory } });
  const { heap, content, explain, flow, prepare, sequence, product, blocks } =
    instance.exports as unknown as KernelFunctions;
  return { memory, heap, content, explain, flow, prepare, sequence, product, blocks };
}

/** Compiled once for the whole process. */
function moduleOf(api: WebAssemblyApi, wanted: KernelBuild | undefined): object {
  for (const build of Object.keys(BUILDS) as KernelBuild[]) {
    if (wanted !== undefined && build !== wanted) continue;
    const compiled = modules.get(build);
    if (compiled !== undefined) return compiled;
    const bytes = Buffer.from(BUILDS[build], 'base64');
    if (!api.validate(bytes)) continue;
    const module = new api.Module(bytes);
    modules.set(build, module);
    return module;
  }
  throw unavailable();
}

function unavailable(): ApiSecurityError {
  return new ApiSecurityError(
    'API_SECURITY_RUNTIME_UNAVAILABLE',
    'This process cannot compile WebAssembly, or the machine is big-endian: set the option "runtime" to "onnxruntime-node".',
  );
}
