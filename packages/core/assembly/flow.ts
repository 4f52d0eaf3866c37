import { dense, dot, rectify } from './dense';
import { fused, larger, read, readAll, rectified, write } from './lanes';
import { standardise } from './scaling';
import { addRows, BLOCK, BLOCK_ROW, listNonZero } from './sparse';

const FEATURES: i32 = 52;
const WIDTH: i32 = 5;
/** Positions of padding on either side. */
const MARGIN: i32 = 2;
const FIRST: i32 = 24;
const SECOND: i32 = BLOCK;
/** Positions behind the pooling. */
const PAIRS: i32 = FEATURES / 2;
const HIDDEN: i32 = 16;

/** Where weights and scratch memory are: addresses, in the order in which the session writes them. */
@unmanaged
class Flow {
  /** `[52]` each. */
  mean: usize;
  inverse: usize;
  /** A block of 5 inputs. */
  firstWeights: usize;
  firstBias: usize;
  /** A block of `[5, 24]` inputs: offset, in. */
  secondWeights: usize;
  secondBias: usize;
  /** A block of `[26, 32]` inputs: position, channel. */
  hiddenWeights: usize;
  hiddenBias: usize;
  /** `[16]` */
  out: usize;
  /** `[52]` each. */
  values: usize;
  mask: usize;
  /** `[2 + 52 + 2]`, the margins 0. */
  unusual: usize;
  /** `[24]` */
  first: usize;
  /** Non-zero features of the first convolution, position after position, as rows of `[52, 24]`. */
  features: usize;
  /** `[53]`: where each position's part of them begins, and where the last one's ends. */
  begins: usize;
  /** `[2, 32]` */
  pair: usize;
  /** `[26, 32]` */
  pooled: usize;
  /** `[16]` */
  hidden: usize;
  /** Room for a list of 832. */
  list: usize;
}

/** One row. @returns the logit, without the bias */
export function flowRow<T>(at: usize): f32 {
  const tower = changetype<Flow>(at);
  const unusual = tower.unusual + <usize>(MARGIN * 4);
  standardise<T>(unusual, tower.values, tower.mean, tower.inverse, tower.mask, 1, FEATURES);
  firstConvolution<T>(tower);
  secondConvolution<T>(tower);
  dense<T>(tower.hidden, tower.hiddenBias, tower.hiddenWeights, tower.pooled, PAIRS * SECOND, HIDDEN, tower.list);
  rectify<T>(tower.hidden, HIDDEN);
  return dot<T>(tower.hidden, tower.out, HIDDEN);
}

function firstConvolution<T>(tower: Flow): void {
  let features = tower.features;
  store<usize>(tower.begins, features);
  for (let position = 0; position < FEATURES; position++) {
    const window = tower.unusual + ((<usize>position) << 2);
    const a = readAll<T>(window);
    const b = readAll<T>(window + 4);
    const c = readAll<T>(window + 8);
    const d = readAll<T>(window + 12);
    const e = readAll<T>(window + 16);
    for (let channel: usize = 0; channel < <usize>(FIRST * 4); channel += sizeof<T>()) {
      const weights = tower.firstWeights + channel;
      let sum = read<T>(tower.firstBias + channel);
      sum = fused<T>(a, read<T>(weights), sum);
      sum = fused<T>(b, read<T>(weights + <usize>BLOCK_ROW), sum);
      sum = fused<T>(c, read<T>(weights + <usize>(2 * BLOCK_ROW)), sum);
      sum = fused<T>(d, read<T>(weights + <usize>(3 * BLOCK_ROW)), sum);
      sum = fused<T>(e, read<T>(weights + <usize>(4 * BLOCK_ROW)), sum);
      write<T>(tower.first + channel, rectified<T>(sum));
    }
    features = listNonZero<T>(features, tower.first, FIRST, position * FIRST);
    store<usize>(tower.begins + ((<usize>position) << 2), features, 4);
  }
}

/** The larger of two neighbours, and ReLU. */
function secondConvolution<T>(tower: Flow): void {
  // Seen from a position, the rows of the features around it are the rows of the weights.
  let weights = tower.secondWeights + <usize>(MARGIN * FIRST * BLOCK_ROW);
  for (let position = 0; position < FEATURES; position++) {
    const from = load<usize>(tower.begins + ((<usize>max(position - MARGIN, 0)) << 2));
    const to = load<usize>(tower.begins + ((<usize>min(position - MARGIN + WIDTH, FEATURES)) << 2));
    const odd = position & 1;
    addRows<T>(tower.pair + <usize>(odd * BLOCK_ROW), tower.secondBias, weights, from, to);
    weights -= <usize>(FIRST * BLOCK_ROW);
    if (odd === 0) continue;
    const pooled = tower.pooled + <usize>((position >> 1) * BLOCK_ROW);
    for (let channel: usize = 0; channel < <usize>BLOCK_ROW; channel += sizeof<T>()) {
      const left = tower.pair + channel;
      write<T>(pooled + channel, rectified<T>(larger<T>(read<T>(left), read<T>(left + <usize>BLOCK_ROW))));
    }
  }
}
