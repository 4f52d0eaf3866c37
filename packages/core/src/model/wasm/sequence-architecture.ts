import type { Architecture } from './architecture.js';
import { Arena } from './arena.js';
import { feedOf, rowOf } from './feed.js';
import { FloatSlab } from './float-slab.js';
import { listBytes } from './list-bytes.js';
import { unsupported } from './malformed.js';
import { sigmoid, softmax } from './probabilities.js';

const LENGTH = 16;
const WIDTH = 64;
const STEPS_OF_ROW: readonly number[] = [LENGTH, WIDTH];
const MASK_OF_ROW: readonly number[] = [LENGTH];
const INPUTS = WIDTH + 1;
const UNITS = 32;
const GATES = 4 * UNITS;
const HIDDEN = 48;
const PATTERNS = 7;
/** Patterns, filled up to half a block. */
const PATTERN_COLUMNS = 16;
/** Steps whose gates are remembered, and bytes of each. Memory that is not used yet is not taken. */
const KNOWN_STEPS = 8192;
const KNOWN_BYTES = 16 + 4 * WIDTH + 4 * 2 * GATES;
/** Column of a step that holds the newest request's own content score. */
const CONTENT_SCORE = 52;

/** The BiLSTM: see `assembly/sequence.ts`. */
export const sequenceArchitecture: Architecture = ({ weights, constants }, kernels) => {
  const [isFlow, isSignal, seen, mean, inverse, input, recurrent, biases] = weights;
  const [dense, denseBias, attack, attackBias, pattern, patternBias] = weights.slice(8);
  const [slope, offset] = constants.slice(6);
  const rest = [...constants.slice(0, 6), ...constants.slice(8)];
  if (rest.join() !== '0,1,-6,6,1,1,1,1,1') throw unsupported('its steps are scaled otherwise');

  const arena = new Arena(kernels);
  const floats = (count: number) => arena.reserve(4 * count);
  const gateBias = Float32Array.from({ length: 2 * GATES }, (_, i) => {
    const at = Math.floor(i / GATES) * 2 * GATES + (i % GATES);
    return biases![at]! + biases![at + GATES]!;
  });
  const byUnits = recurrentByUnits(recurrent!);
  const recurrentAt = arena.top;
  for (const from of [0, GATES * UNITS]) {
    arena.placeBlocks(byUnits.subarray(from), { count: GATES, stride: UNITS }, { count: UNITS, stride: 1 });
  }
  const fixed = [
    arena.place(mean!),
    arena.place(inverse!),
    arena.place(seen!.map((one, i) => one * (isSignal![i]! + isFlow![i]!))),
    arena.place(seen!.map((one, i) => one * isSignal![i]!)),
    arena.placeBlocks(input!, { count: 2 * GATES, stride: INPUTS }, { count: INPUTS, stride: 1 }),
    arena.place(gateBias),
    recurrentAt,
    arena.placeBlocks(dense!, { count: HIDDEN, stride: 4 * UNITS }, { count: 4 * UNITS, stride: 1 }),
    arena.placeBlocks(denseBias!, { count: HIDDEN, stride: 1 }),
    arena.place(attack!),
    arena.placeBlocks(pattern!, { count: PATTERNS, stride: HIDDEN }, { count: HIDDEN, stride: 1 }),
    arena.placeBlocks(patternBias!, { count: PATTERNS, stride: 1 }),
    floats((LENGTH + 1) * 2 * UNITS),
  ];
  const stepsAt = floats(LENGTH * WIDTH);
  const maskAt = floats(LENGTH);
  const inputsAt = floats(LENGTH * INPUTS);
  const scratch = [
    floats(LENGTH * 2 * GATES),
    floats(LENGTH),
    floats(2 * 2 * UNITS),
    floats(UNITS),
    arena.reserve(KNOWN_STEPS * KNOWN_BYTES),
    floats(4 * UNITS),
    floats(HIDDEN),
    arena.reserve(listBytes(4 * UNITS)),
  ];
  const logitsAt = floats(4 + PATTERN_COLUMNS);
  const record = arena.record([...fixed, stepsAt, maskAt, inputsAt, ...scratch, logitsAt, 0]);
  kernels.prepare(record);
  const steps = arena.floats(stepsAt, LENGTH * WIDTH);
  const mask = arena.floats(maskAt, LENGTH);
  const newest = arena.floats(inputsAt + 4 * (LENGTH - 1) * INPUTS, WIDTH);
  const attackLogit = arena.floats(logitsAt, 1);
  const patternLogits = arena.floats(logitsAt + 16, PATTERNS);
  const answers = new FloatSlab();

  return (feeds) => {
    const rows = feedOf(feeds, 'steps', Float32Array, STEPS_OF_ROW);
    const masks = feedOf(feeds, 'mask', Float32Array, MASK_OF_ROW);
    const count = Math.min(rows.length / WIDTH, masks.length) / LENGTH;
    const scores = answers.take(count);
    const patterns = answers.take(count * PATTERNS);
    const unusual = answers.take(count * WIDTH);
    for (let row = 0; row < count; row++) {
      steps.set(rowOf(rows, row, LENGTH * WIDTH));
      mask.set(rowOf(masks, row, LENGTH));
      kernels.sequence(record);
      const behaviour = sigmoid(slope! * (attackLogit[0]! + attackBias![0]!) + offset!);
      scores[row] = 1 - (1 - behaviour) * (1 - steps[(LENGTH - 1) * WIDTH + CONTENT_SCORE]!);
      softmax(patternLogits, patterns, row * PATTERNS);
      unusual.set(newest, row * WIDTH);
    }
    return {
      score: { type: 'float32', data: scores, dims: [count] },
      patterns: { type: 'float32', data: patterns, dims: [count, PATTERNS] },
      unusual: { type: 'float32', data: unusual, dims: [count, WIDTH] },
    };
  };
};

/** Units whose gates share a block of outputs. */
const TOGETHER = 8;

/** `[2, 4 gates, 32 units, 32]` as `[2, 4, 4 gates, 8 units, 32]`: whoever computes a unit's gates one after the other can keep them. */
function recurrentByUnits(recurrent: Float32Array): Float32Array {
  const ordered = new Float32Array(recurrent.length);
  let to = 0;
  for (let direction = 0; direction < 2; direction++) {
    for (let first = 0; first < UNITS; first += TOGETHER) {
      for (let gate = 0; gate < 4; gate++) {
        const from = (direction * GATES + gate * UNITS + first) * UNITS;
        ordered.set(recurrent.subarray(from, from + TOGETHER * UNITS), to);
        to += TOGETHER * UNITS;
      }
    }
  }
  return ordered;
}
