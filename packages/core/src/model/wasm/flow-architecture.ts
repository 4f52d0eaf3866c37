import type { Architecture } from './architecture.js';
import { Arena } from './arena.js';
import { feedOf } from './feed.js';
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
/** Both filled up to a block. */
const FIRST_COLUMNS = 32;
const HIDDEN_COLUMNS = 32;

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
    arena.placeBlocks(out!, { count: HIDDEN, stride: 1 }),
  ];
  const featuresAt = floats(FEATURES);
  const maskAt = floats(FEATURES);
  const unusualAt = floats(FEATURES + 2 * MARGIN);
  const record = arena.record([
    ...fixed,
    featuresAt,
    maskAt,
    unusualAt,
    floats(FIRST_COLUMNS),
    arena.reserve(FEATURES * listBytes(FIRST)),
    floats(FEATURES),
    floats(FEATURES * SECOND),
    floats(HIDDEN_COLUMNS),
    arena.reserve(listBytes(POSITIONS * SECOND)),
  ]);
  const features = arena.floats(featuresAt, FEATURES);
  const mask = arena.floats(maskAt, FEATURES);
  const unusual = arena.floats(unusualAt, FEATURES + 2 * MARGIN).subarray(MARGIN, MARGIN + FEATURES);

  return (feeds) => {
    const rows = feedOf(feeds, 'features', Float32Array, [FEATURES]);
    const masks = feedOf(feeds, 'mask', Float32Array, [FEATURES]);
    const count = Math.min(rows.length, masks.length) / FEATURES;
    const scores = new Float32Array(count);
    const unusuals = new Float32Array(count * FEATURES);
    for (let row = 0; row < count; row++) {
      features.set(rows.subarray(row * FEATURES, (row + 1) * FEATURES));
      mask.set(masks.subarray(row * FEATURES, (row + 1) * FEATURES));
      scores[row] = sigmoid(slope! * (kernels.flow(record) + outBias![0]!) + offset!);
      unusuals.set(unusual, row * FEATURES);
    }
    return {
      score: { type: 'float32', data: scores, dims: [count] },
      unusual: { type: 'float32', data: unusuals, dims: [count, FEATURES] },
    };
  };
};
