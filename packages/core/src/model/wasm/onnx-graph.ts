import type { TensorSpec } from '../runtime.js';
import { malformed } from './malformed.js';
import { fieldsOf, integersOf, type ProtobufField, textOf } from './protobuf.js';

/** A tensor that is written in the file: weights, or the value of a constant. */
export interface GraphTensor {
  readonly name: string;
  /** Number of the element type in `onnx.proto`: 1 is float32, 7 is int64. */
  readonly type: number;
  readonly dims: readonly number[];
  /** Little-endian, row-major; empty where the file keeps the numbers in another field or another file. */
  readonly raw: Uint8Array;
}

/** An operator with its wiring. A name that is empty stands for an input that was left out. */
export interface GraphNode {
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly GraphAttribute[];
}

/** A setting of an operator: numbers and texts as one text, or a tensor. */
interface GraphAttribute {
  readonly name: string;
  readonly value: string | GraphTensor;
}

/** What of an ONNX file says what it computes. */
export interface OnnxGraph {
  /** Operator sets, `domain:version`. */
  readonly operatorSets: readonly string[];
  /** In an order in which they can be computed. */
  readonly nodes: readonly GraphNode[];
  readonly weights: readonly GraphTensor[];
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/**
 * Reads an ONNX file: nodes, weights, inputs and outputs. Any bytes give a graph or an error; time and memory grow with their number.
 * Sub-graphs and numbers outside `raw_data` are not read: they are no part of what the kernels know.
 *
 * @throws `API_SECURITY_MODEL_LOAD_FAILED`, `API_SECURITY_MODEL_UNSUPPORTED`
 */
export function readOnnxGraph(file: Uint8Array): OnnxGraph {
  // Of a `Buffer`, each view would be one, too, which takes several times as long.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  const operatorSets: string[] = [];
  let graph: Uint8Array | null = null;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 7) graph = field.bytes;
    if (field.number === 8) operatorSets.push(readOperatorSet(field.bytes));
  }
  if (graph === null) throw malformed('it holds no graph');
  const nodes: GraphNode[] = [];
  const weights: GraphTensor[] = [];
  const inputs: TensorSpec[] = [];
  const outputs: TensorSpec[] = [];
  for (const field of fieldsOf(graph)) {
    if (field.number === 1) nodes.push(readNode(field.bytes));
    if (field.number === 5) weights.push(readTensor(field.bytes));
    if (field.number === 11) inputs.push(readSpec(field.bytes));
    if (field.number === 12) outputs.push(readSpec(field.bytes));
  }
  return { operatorSets, nodes, weights, inputs, outputs };
}

function readOperatorSet(bytes: Uint8Array): string {
  let domain = '';
  let version = 0;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) domain = textOf(field);
    if (field.number === 2) version = field.integer;
  }
  return `${domain}:${version}`;
}

function readNode(bytes: Uint8Array): GraphNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: GraphAttribute[] = [];
  let operator = '';
  let domain = '';
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) inputs.push(textOf(field));
    if (field.number === 2) outputs.push(textOf(field));
    if (field.number === 4) operator = textOf(field);
    if (field.number === 5) attributes.push(readAttribute(field.bytes));
    if (field.number === 7) domain = textOf(field);
  }
  return { operator, domain, inputs, outputs, attributes };
}

function readAttribute(bytes: Uint8Array): GraphAttribute {
  let name = '';
  let tensor: GraphTensor | null = null;
  const values: string[] = [];
  for (const field of fieldsOf(bytes)) {
    switch (field.number) {
      case 1:
        name = textOf(field);
        break;
      case 3:
      case 8:
        values.push(...integersOf(field).map(String));
        break;
      case 5:
        tensor = readTensor(field.bytes);
        break;
      case 13: // Documentation.
      case 20: // The kind, which the field that is there tells.
        break;
      default:
        values.push(`${field.number}=${Buffer.from(field.bytes).toString('hex')}`);
    }
  }
  return { name, value: tensor ?? values.join(' ') };
}

const ELEMENT_BYTES: Readonly<Record<number, number>> = { 1: 4, 6: 4, 7: 8 };

function readTensor(bytes: Uint8Array): GraphTensor {
  const dims: number[] = [];
  let name = '';
  let type = 0;
  let raw = new Uint8Array(0);
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) dims.push(...integersOf(field));
    if (field.number === 2) type = field.integer;
    if (field.number === 8) name = textOf(field);
    if (field.number === 9) raw = new Uint8Array(field.bytes);
  }
  const size = dims.reduce((product, dim) => product * dim, ELEMENT_BYTES[type] ?? 0);
  if (raw.length > 0 && size > 0 && raw.length !== size)
    throw malformed('a tensor has another size than its dimensions');
  return { name, type, dims, raw };
}

const TYPE_NAMES: Readonly<Record<number, string>> = { 1: 'float32', 6: 'int32', 7: 'int64' };

function readSpec(bytes: Uint8Array): TensorSpec {
  let name = '';
  let type = 0;
  const dims: (number | string)[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) name = textOf(field);
    if (field.number !== 2) continue;
    for (const tensor of messagesOf(field, 1)) {
      for (const part of fieldsOf(tensor)) {
        if (part.number === 1) type = part.integer;
        if (part.number === 2) for (const dim of messagesOf(part, 1)) dims.push(readDim(dim));
      }
    }
  }
  return { name, type: TYPE_NAMES[type] ?? `type ${type}`, dims };
}

function readDim(bytes: Uint8Array): number | string {
  let dim: number | string = '';
  for (const field of fieldsOf(bytes)) dim = field.number === 1 ? field.integer : textOf(field);
  return dim;
}

function* messagesOf({ bytes }: ProtobufField, number: number): Generator<Uint8Array> {
  for (const field of fieldsOf(bytes)) if (field.number === number) yield field.bytes;
}
