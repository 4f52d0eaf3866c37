import { dense, dot, rectify } from './dense';
import { lanes, larger, read, write } from './lanes';
import { standardise } from './scaling';
import { addRows, BLOCK, BLOCK_ROW, listBytes, listNonZero } from './sparse';

const FEATURES: i32 = 52;
const WIDTH: i32 = 5;
/** Positions of padding on either side. */
const MARGIN: i32 = 2;
const FIRST: i32 = 24;
/** Channels of the first convolution, filled up to a block. */
const FIRST_COLUMNS: i32 = BLOCK;
const SECOND: i32 = 32;
const POOLED: i32 = (FEATURES / 2) * SECOND;
/** Hidden layer, filled up to a block. */
const HIDDEN: i32 = BLOCK;

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
  /** `[32]` */
  out: usize;
  /** `[52]` each. */
  features: usize;
  mask: usize;
  /** `[2 + 52 + 2]`, the margins 0. */
  unusual: usize;
  /** `[32]` */
  first: usize;
  /** Non-zero features of the first convolution: a list of 24 for each position, and how many there are of each. */
  lists: usize;
  counts: usize;
  /** `[52, 32]`, then `[26, 32]` of it. */
  second: usize;
  /** `[32]` */
  hidden: usize;
  /** Room for a list of 832. */
  list: usize;
}

/** One row. @returns the logit, without the bias */
export function flowRow<T>(at: usize): f32 {
  const tower = changetype<Flow>(at);
  const unusual = tower.unusual + <usize>(MARGIN * 4);
  standardise<T>(unusual, tower.features, tower.mean, tower.inverse, tower.mask, 1, FEATURES);
  for (let position = 0; position < FEATURES; position++) {
    const window = tower.unusual + ((<usize>position) << 2);
    dense<T>(tower.first, tower.firstBias, tower.firstWeights, window, WIDTH, FIRST_COLUMNS, tower.list);
    rectify<T>(tower.first, FIRST);
    const list = tower.lists + <usize>(position * listBytes(FIRST));
    store<i32>(tower.counts + ((<usize>position) << 2), listNonZero(list, tower.first, FIRST));
  }
  for (let position = 0; position < FEATURES; position++) convolve<T>(tower, position);
  for (let i = 0; i < POOLED; i += lanes<T>()) {
    const row = i / SECOND;
    const left = tower.second + ((<usize>(row * SECOND + i)) << 2);
    write<T>(tower.second + ((<usize>i) << 2), larger<T>(read<T>(left), read<T>(left + <usize>(SECOND * 4))));
  }
  rectify<T>(tower.second, POOLED);
  dense<T>(tower.hidden, tower.hiddenBias, tower.hiddenWeights, tower.second, POOLED, HIDDEN, tower.list);
  rectify<T>(tower.hidden, HIDDEN);
  return dot<T>(tower.hidden, tower.out, HIDDEN);
}

function convolve<T>(tower: Flow, position: i32): void {
  const out = tower.second + ((<usize>(position * SECOND)) << 2);
  memory.copy(out, tower.secondBias, SECOND * 4);
  for (let i = 0; i < WIDTH; i++) {
    const from = position + i - MARGIN;
    if (<u32>from >= <u32>FEATURES) continue;
    const weights = tower.secondWeights + <usize>(i * FIRST * BLOCK_ROW);
    const count = load<i32>(tower.counts + ((<usize>from) << 2));
    addRows<T>(out, weights, tower.lists + <usize>(from * listBytes(FIRST)), count);
  }
}
