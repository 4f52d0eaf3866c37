import type { Architecture } from './architecture.js';
import { Arena } from './arena.js';
import { feedOf, rowOf } from './feed.js';
import { FloatSlab } from './float-slab.js';
import { listBytes } from './list-bytes.js';
import { unsupported } from './malformed.js';
import { sigmoid } from './probabilities.js';

const FEATURES = 52;
const WIDTH = 5;
const MARGIN = 2;
const FIRST = 24;
const SECOND = 32;
const POSITIONS = FEATURES / 2;
const HIDDEN = 16;
const ROW: readonly number[] = [FEATURES];

/** The flow tower: see `assembly/flow.ts`. */
export const flowArchitecture: Architecture = ({ weights, constants }, kernels) => {
  const [mean, inverse, first, firstBias, second, secondBias, hidden, hiddenBias, out, outBias] = weights;
  const [one, least, most, slope, offset] = constants;
  if (one !== 1 || least !== -6 || most !== 6) throw unsupported('its features are scaled otherwise');

  const arena = new Arena(kernels);
  const floats = (count: number) => arena.reserve(4 * count);
  const fixed = [
    arena.place(mean!),
    arena.place(inverse!),
    arena.placeBlocks(first!, { count: FIRST, stride: WIDTH }, { count: WIDTH, stride: 1 }),
    arena.placeBlocks(firstBias!, { count: FIRST, stride: 1 }),
    arena.placeBlocks(
      second!,
      { count: SECOND, stride: FIRST * WIDTH },
      { count: WIDTH, stride: 1 },
      { count: FIRST, stride: WIDTH },
    ),
    arena.place(secondBias!),
    arena.placeBlocks(
      hidden!,
      { count: HIDDEN, stride: SECOND * POSITIONS },
      { count: POSITIONS, stride: 1 },
      { count: SECOND, stride: POSITIONS },
    ),
    arena.placeBlocks(hiddenBias!, { count: HIDDEN, stride: 1 }),
    arena.place(out!),
  ];
  const featuresAt = floats(FEATURES);
  const maskAt = floats(FEATURES);
  const unusualAt = floats(FEATURES + 2 * MARGIN);
  const record = arena.record([
    ...fixed,
    featuresAt,
    maskAt,
    unusualAt,
    floats(FIRST),
    arena.reserve(listBytes(FEATURES * FIRST)),
    floats(FEATURES + 1),
    floats(2 * SECOND),
    floats(POSITIONS * SECOND),
    floats(HIDDEN),
    arena.reserve(listBytes(POSITIONS * SECOND)),
  ]);
  const features = arena.floats(featuresAt, FEATURES);
  const mask = arena.floats(maskAt, FEATURES);
  const unusual = arena.floats(unusualAt, FEATURES + 2 * MARGIN).subarray(MARGIN, MARGIN + FEATURES);
  const answers = new FloatSlab();

  return (feeds) => {
    const rows = feedOf(feeds, 'features', Float32Array, ROW);
    const masks = feedOf(feeds, 'mask', Float32Array, ROW);
    const count = Math.min(rows.length, masks.length) / FEATURES;
    const scores = answers.take(count);
    const unusuals = answers.take(count * FEATURES);
    for (let row = 0; row < count; row++) {
      features.set(rowOf(rows, row, FEATURES));
      mask.set(rowOf(masks, row, FEATURES));
      scores[row] = sigmoid(slope! * (kernels.flow(record) + outBias![0]!) + offset!);
      unusuals.set(unusual, row * FEATURES);
    }
    return {
      score: { type: 'float32', data: scores, dims: [count] },
      unusual: { type: 'float32', data: unusuals, dims: [count, FEATURES] },
    };
  };
};
