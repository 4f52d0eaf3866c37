import { createHash } from 'node:crypto';
import { malformed, unsupported } from './malformed.js';
import type { GraphNode, GraphTensor, OnnxGraph } from './onnx-graph.js';

/** What a graph computes, apart from what was learned. */
export interface GraphStructure {
  /** SHA-256, hex, of operators, wiring, settings and shapes: graphs that training wrote of the same network have the same. */
  readonly fingerprint: string;
  /** Weights in the order in which the nodes use them first; their shapes are part of the fingerprint. */
  readonly weights: readonly Float32Array[];
  /** Single float constants, in the order of their nodes: calibration among them, so they are no part of the fingerprint. */
  readonly constants: readonly number[];
}

const FLOAT_32 = 1;
/** Longest constant that is part of a structure, in bytes; a longer one would be weights. */
const LONGEST_CONSTANT = 64;
const NOT_FINITE = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/**
 * Separates what a graph computes from the numbers that were learned.
 *
 * @throws `API_SECURITY_MODEL_LOAD_FAILED` where wiring leads nowhere or a number is not finite, `API_SECURITY_MODEL_UNSUPPORTED`
 */
export function structureOf(graph: OnnxGraph): GraphStructure {
  const given = new Map(graph.weights.map((tensor) => [tensor.name, tensor]));
  const values = new Map<string, string>([['', 'none']]);
  const weights: Float32Array[] = [];
  const constants: number[] = [];
  const lines = graph.operatorSets.map((set) => `operators ${set}`);

  const reference = (name: string): string => {
    const known = values.get(name);
    if (known !== undefined) return known;
    const tensor = given.get(name);
    if (tensor === undefined) throw malformed('a node reads what nobody wrote');
    const label = `w${weights.length}[${tensor.dims}]`;
    weights.push(floatsOf(tensor));
    values.set(name, label);
    return label;
  };

  for (const { name, type, dims } of graph.inputs) {
    values.set(name, `input ${name}`);
    lines.push(`input ${name} ${type} [${dims.map((dim) => (typeof dim === 'number' ? dim : '?'))}]`);
  }
  for (const [i, node] of graph.nodes.entries()) {
    const scalar = scalarOf(node);
    if (scalar !== null) constants.push(scalar);
    const settings = scalar === null ? settingsOf(node) : 'scalar';
    lines.push(`${node.domain} ${node.operator} (${node.inputs.map(reference)}) ${settings}`);
    for (const [k, name] of node.outputs.entries()) values.set(name, `v${i}.${k}`);
  }
  for (const { name, type, dims } of graph.outputs) {
    const shape = dims.map((dim) => (typeof dim === 'number' ? dim : '?'));
    lines.push(`output ${name} ${type} [${shape}] ${values.get(name) ?? 'nowhere'}`);
  }
  return { fingerprint: createHash('sha256').update(lines.join('\n')).digest('hex'), weights, constants };
}

function scalarOf({ operator, attributes }: GraphNode): number | null {
  const value = attributes[0]?.value;
  if (operator !== 'Constant' || attributes.length !== 1 || value === undefined || typeof value === 'string')
    return null;
  return value.type === FLOAT_32 && value.dims.length === 0 ? (floatsOf(value)[0] as number) : null;
}

function settingsOf({ attributes }: GraphNode): string {
  return attributes
    .map(({ name, value }) => `${name}=${typeof value === 'string' ? value : constantOf(value)}`)
    .sort()
    .join(' ');
}

function constantOf({ type, dims, raw }: GraphTensor): string {
  if (raw.length > LONGEST_CONSTANT) throw unsupported('a constant is long');
  return `${type}[${dims}]${Buffer.from(raw).toString('hex')}`;
}

function floatsOf({ type, dims, raw }: GraphTensor): Float32Array {
  const length = dims.reduce((product, dim) => product * dim, 1);
  if (type !== FLOAT_32 || raw.length !== 4 * length) throw unsupported('weights are not float32 in raw_data');
  const floats = new Float32Array(raw.buffer, raw.byteOffset, length);
  // A loop over them would make an object of each until it is compiled; these are loops of the engine.
  if (NOT_FINITE.some((number) => floats.includes(number))) throw malformed('a weight is not a finite number');
  return floats;
}
