import { dense, dot, rectify } from './dense';
import { all, anyAboveZero, larger, over, plus, read, rectified, sumOfLanes, times, whereEqual, write } from './lanes';
import { addRows, BLOCK_ROW, listNonZero } from './sparse';

/** Channels of both convolutions, and width of the dense layer. */
const CHANNELS: i32 = 64;
const PLACE_WIDTH: i32 = 8;
const JOINED: i32 = 2 * CHANNELS + PLACE_WIDTH;
const CATEGORIES: i32 = 16;
/** Bytes of a position's channels. */
const ROW: usize = 256;
const FIRST_WIDTH: i32 = 8;
const SECOND_WIDTH: i32 = 3;
const PAD: i32 = 256;
const TOKENS: i32 = 258;
/** Not a token of the graph: what its convolution reads behind the end of a row, all zeros. */
const END: i32 = TOKENS;
/** Bytes of a token's part of the table. */
const TOKEN_BYTES: i32 = FIRST_WIDTH * 256;
/** Positions that one entry of the salience adds up. */
const STRETCH: i32 = 4;

/** Where weights and scratch memory are: addresses, in the order in which the session writes them. */
@unmanaged
class Content {
  /** `[259, 8, 64]`: embedding and first convolution in one, by token and offset. */
  table: usize;
  firstBias: usize;
  /** Blocks of `[3, 64]` inputs: offset, in. */
  secondWeights: usize;
  secondBias: usize;
  /** `[8, 8]` */
  places: usize;
  /** Blocks of 136 inputs. */
  denseWeights: usize;
  denseBias: usize;
  /** `[64]` */
  attack: usize;
  /** Blocks of 64 inputs. */
  categoryWeights: usize;
  categoryBias: usize;
  /** Blocks of 64 inputs, 128 outputs: the way back from the hidden layer to the maxima. */
  denseBack: usize;
  /** `[64]` */
  attackBack: usize;
  /** `[length + 8]`: tokens, then addresses of their part of the table. */
  tokens: usize;
  /** `[length / 2, 64]` each. */
  first: usize;
  second: usize;
  /** Non-zero features of the first convolution, position after position, as rows of `[length / 2, 64]`. */
  features: usize;
  /** `[length / 2 + 1]`: where each position's part of them begins, and where the last one's ends. */
  begins: usize;
  /** `[136]`: maxima of both convolutions, then the place. */
  joined: usize;
  hidden: usize;
  /** `[136]` */
  moved: usize;
  /** `[length / 2, 4]` */
  won: usize;
  /** Room for a list of 136. */
  list: usize;
  /** Attack logit, then from the fifth on `[16]` category logits. */
  logits: usize;
  /** `[length / 8]` */
  salience: usize;
  /** Positions of the row that was computed last; no address. */
  positions: i32;
}

/**
 * One row of `length` tokens, an even number.
 *
 * @returns 0; 1 where a token or the place is none that the tower knows
 */
export function contentRow<T>(at: usize, length: i32, place: i32): i32 {
  const tower = changetype<Content>(at);
  if (<u32>place >= 8) return 1;
  const positions = locate(tower, length);
  if (positions < 0) return 1;
  const maxima = tower.joined;
  memory.fill(maxima, 0, 2 * ROW);
  firstConvolution<T>(tower, positions);
  secondConvolution<T>(tower, positions);
  memory.copy(maxima + 2 * ROW, tower.places + <usize>(place * PLACE_WIDTH * 4), PLACE_WIDTH * 4);
  dense<T>(tower.hidden, tower.denseBias, tower.denseWeights, maxima, JOINED, CHANNELS, tower.list);
  rectify<T>(tower.hidden, CHANNELS);
  store<f32>(tower.logits, dot<T>(tower.hidden, tower.attack, CHANNELS));
  tower.positions = positions;
  return 0;
}

/** Categories and salience of the row of `length` tokens that was computed last. */
export function explainRow<T>(at: usize, length: i32): void {
  const tower = changetype<Content>(at);
  dense<T>(
    tower.logits + 16,
    tower.categoryBias,
    tower.categoryWeights,
    tower.hidden,
    CHANNELS,
    CATEGORIES,
    tower.list,
  );
  explain<T>(tower, tower.positions, length);
}

/**
 * Puts the addresses of their rows where the tokens are.
 *
 * @returns positions up to the last that does not begin on padding; the rest is 0 throughout. -1 where a token is unknown
 */
function locate(tower: Content, length: i32): i32 {
  let positions = 0;
  let unknown = false;
  for (let i = 0; i < length; i++) {
    const at = tower.tokens + ((<usize>i) << 2);
    const token = load<i32>(at);
    if (<u32>token >= <u32>TOKENS) unknown = true;
    if ((i & 1) === 0 && token !== PAD) positions = (i >> 1) + 1;
    store<usize>(at, tower.table + <usize>(token * TOKEN_BYTES));
  }
  for (let i = length; i < length + FIRST_WIDTH; i++) {
    store<usize>(tower.tokens + ((<usize>i) << 2), tower.table + <usize>(END * TOKEN_BYTES));
  }
  return unknown ? -1 : positions;
}

function isPadding(tower: Content, position: i32): bool {
  return load<usize>(tower.tokens + ((<usize>position) << 3)) === tower.table + <usize>(PAD * TOKEN_BYTES);
}

/** Sums of rows of the table, the larger of two neighbours, ReLU, and the running maximum. */
function firstConvolution<T>(tower: Content, positions: i32): void {
  const size = sizeof<T>();
  let features = tower.features;
  store<usize>(tower.begins, features);
  for (let position = 0; position < positions; position++) {
    const out = tower.first + <usize>position * ROW;
    if (isPadding(tower, position)) {
      memory.fill(out, 0, ROW);
      store<usize>(tower.begins + ((<usize>position) << 2), features, 4);
      continue;
    }
    const tokens = tower.tokens + ((<usize>position) << 3);
    for (let channel: usize = 0; channel < ROW; channel += 4 * size) {
      const bias = tower.firstBias + channel;
      let a = read<T>(bias);
      let b = read<T>(bias + size);
      let c = read<T>(bias + 2 * size);
      let d = read<T>(bias + 3 * size);
      let e = a;
      let f = b;
      let g = c;
      let h = d;
      for (let i: usize = 0; i < <usize>FIRST_WIDTH; i++) {
        const even = load<usize>(tokens + (i << 2)) + i * ROW + channel;
        const odd = load<usize>(tokens + (i << 2), 4) + i * ROW + channel;
        a = plus<T>(a, read<T>(even));
        b = plus<T>(b, read<T>(even + size));
        c = plus<T>(c, read<T>(even + 2 * size));
        d = plus<T>(d, read<T>(even + 3 * size));
        e = plus<T>(e, read<T>(odd));
        f = plus<T>(f, read<T>(odd + size));
        g = plus<T>(g, read<T>(odd + 2 * size));
        h = plus<T>(h, read<T>(odd + 3 * size));
      }
      const best = tower.joined + channel;
      keep<T>(out + channel, best, larger<T>(a, e));
      keep<T>(out + channel + size, best + size, larger<T>(b, f));
      keep<T>(out + channel + 2 * size, best + 2 * size, larger<T>(c, g));
      keep<T>(out + channel + 3 * size, best + 3 * size, larger<T>(d, h));
    }
    features = listNonZero<T>(features, out, CHANNELS, position * CHANNELS);
    store<usize>(tower.begins + ((<usize>position) << 2), features, 4);
  }
}

function keep<T>(out: usize, best: usize, sum: T): void {
  const feature = rectified<T>(sum);
  write<T>(out, feature);
  write<T>(best, larger<T>(read<T>(best), feature));
}

/** A block of channels at a time: its weights stay in the fastest cache while all positions pass. */
function secondConvolution<T>(tower: Content, positions: i32): void {
  let block = tower.secondWeights;
  for (let channel: usize = 0; channel < ROW; channel += <usize>BLOCK_ROW) {
    const best = tower.joined + ROW + channel;
    // Seen from a position, the rows of the features from there on are the rows of the weights.
    let weights = block;
    for (let position = 0; position < positions; position++) {
      const out = tower.second + <usize>position * ROW + channel;
      if (isPadding(tower, position)) memory.fill(out, 0, BLOCK_ROW);
      else {
        const from = load<usize>(tower.begins + ((<usize>position) << 2));
        const to = load<usize>(tower.begins + ((<usize>min(position + SECOND_WIDTH, positions)) << 2));
        addRows<T>(out, tower.secondBias + channel, weights, from, to);
        for (let at: usize = 0; at < <usize>BLOCK_ROW; at += sizeof<T>())
          keep<T>(out + at, best + at, read<T>(out + at));
      }
      weights -= <usize>(CHANNELS * BLOCK_ROW);
    }
    block += <usize>(SECOND_WIDTH * CHANNELS * BLOCK_ROW);
  }
}

/** The gradient of the logit by the maxima, times them, put where each was won; positions that tie share theirs. */
function explain<T>(tower: Content, positions: i32, length: i32): void {
  const active = tower.won;
  for (let i: usize = 0; i < ROW; i += 4) {
    store<f32>(active + i, load<f32>(tower.hidden + i) > 0 ? load<f32>(tower.attackBack + i) : 0);
  }
  memory.fill(tower.moved, 0, 2 * ROW);
  dense<T>(tower.moved, tower.moved, tower.denseBack, active, CHANNELS, 2 * CHANNELS, tower.list);
  memory.fill(tower.won, 0, <usize>positions * 16);
  for (let channel: usize = 0; channel < 2 * ROW; channel += sizeof<T>()) {
    const best = read<T>(tower.joined + channel);
    const moved = rectified<T>(times<T>(read<T>(tower.moved + channel), best));
    if (!anyAboveZero<T>(moved)) continue;
    const features = channel < ROW ? tower.first + channel : tower.second + (channel - ROW);
    const end = features + <usize>positions * ROW;
    let winners = all<T>(0);
    const one = all<T>(1);
    for (let at = features; at < end; at += ROW) winners = plus<T>(winners, whereEqual<T>(read<T>(at), best, one));
    // A maximum of 0 may be won by nobody up to here; then nothing was moved either.
    const share = over<T>(moved, larger<T>(winners, one));
    for (let at = features, won = tower.won; at < end; at += ROW, won += 16) {
      write<T>(won, plus<T>(read<T>(won), whereEqual<T>(read<T>(at), best, share)));
    }
  }
  const stretches = length / 2 / STRETCH;
  for (let i = 0; i < stretches; i++) {
    let sum: f32 = 0;
    for (let position = i * STRETCH; position < min(positions, (i + 1) * STRETCH); position++) {
      sum += sumOfLanes<T>(read<T>(tower.won + ((<usize>position) << 4)));
    }
    store<f32>(tower.salience + ((<usize>i) << 2), sum);
  }
}
