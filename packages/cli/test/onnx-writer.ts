/** A tensor of a graph's interface; a string dimension is dynamic. */
interface GraphTensor {
  readonly name: string;
  readonly type: keyof typeof ELEMENT_TYPES;
  readonly dims: readonly (number | string)[];
}

/** One operator. */
interface GraphNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Integers or lists of integers. */
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

/** A small ONNX graph, in words. */
export interface Graph {
  readonly inputs: readonly GraphTensor[];
  readonly outputs: readonly GraphTensor[];
  readonly constants: readonly {
    readonly name: string;
    readonly type: GraphTensor['type'];
    readonly values: readonly number[];
  }[];
  readonly nodes: readonly GraphNode[];
}

const ELEMENT_TYPES = { float32: 1, int32: 6 } as const;
const ATTRIBUTE_TYPES = { int: 2, ints: 7 } as const;
const IR_VERSION = 7;
/** Reduce and Unsqueeze still take their axes as attributes in it. */
const OPSET = 11;

/** Writes a graph in ONNX's protobuf encoding: enough of it for tests to run real graphs that do what they say. */
export function writeOnnx({ inputs, outputs, constants, nodes }: Graph): Buffer {
  const graph = message([
    ...nodes.map((node) => bytes(1, nodeOf(node))),
    text(2, 'tiny'),
    ...constants.map(({ name, type, values }) =>
      bytes(
        5,
        message([
          ...(values.length === 1 ? [] : [int(1, values.length)]),
          int(2, ELEMENT_TYPES[type]),
          text(8, name),
          bytes(9, raw(type, values)),
        ]),
      ),
    ),
    ...inputs.map((tensor) => bytes(11, infoOf(tensor))),
    ...outputs.map((tensor) => bytes(12, infoOf(tensor))),
  ]);
  return message([int(1, IR_VERSION), bytes(7, graph), bytes(8, message([text(1, ''), int(2, OPSET)]))]);
}

function nodeOf({ op, inputs, outputs, attributes = {} }: GraphNode): Buffer {
  return message([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attributeOf(name, value))),
  ]);
}

function attributeOf(name: string, value: number | readonly number[]): Buffer {
  if (typeof value === 'number') return message([text(1, name), int(3, value), int(20, ATTRIBUTE_TYPES.int)]);
  return message([text(1, name), ...value.map((one) => int(8, one)), int(20, ATTRIBUTE_TYPES.ints)]);
}

function infoOf({ name, type, dims }: GraphTensor): Buffer {
  const shape = message(
    dims.map((dim) => bytes(1, typeof dim === 'number' ? message([int(1, dim)]) : message([text(2, dim)]))),
  );
  const tensor = message([int(1, ELEMENT_TYPES[type]), bytes(2, shape)]);
  return message([text(1, name), bytes(2, message([bytes(1, tensor)]))]);
}

function raw(type: GraphTensor['type'], values: readonly number[]): Buffer {
  return Buffer.from((type === 'float32' ? Float32Array.from(values) : Int32Array.from(values)).buffer);
}

function message(fields: readonly Buffer[]): Buffer {
  return Buffer.concat(fields);
}

function int(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value));
}

function varint(value: number): Buffer {
  const out: number[] = [];
  for (let left = value; ; left >>>= 7) {
    if (left < 0x80) return Buffer.from([...out, left]);
    out.push((left & 0x7f) | 0x80);
  }
}
