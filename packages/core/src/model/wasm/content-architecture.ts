import type { Tensor } from '../runtime.js';
import type { Architecture } from './architecture.js';
import { Arena } from './arena.js';
import { feedOf, misfit, rowOf } from './feed.js';
import { FloatSlab } from './float-slab.js';
import type { Kernels } from './kernels.js';
import { listBytes } from './list-bytes.js';
import { unsupported } from './malformed.js';
import { sigmoid, softmax } from './probabilities.js';

const TOKENS = 258;
const EMBEDDING = 16;
const CHANNELS = 64;
const FIRST_WIDTH = 8;
const SECOND_WIDTH = 3;
const PLACE_WIDTH = 8;
const JOINED = 2 * CHANNELS + PLACE_WIDTH;
const CATEGORIES = 16;
const NONE: readonly number[] = [];
/** Where the category logits begin behind that of the attack. */
const CATEGORIES_AT = 4;
/** Tokens between two entries of the salience. */
const STRETCH = 8;
/** Longest row, in tokens: far more than any that is cut, so that a wrong shape cannot fill the memory. */
const LONGEST = 16_384;
/** Row that scratch memory is made for at first: the longest that this version cuts. */
const USUAL = 256;

/** The content tower: see `assembly/content.ts`. */
export const contentArchitecture: Architecture = ({ weights, constants }, kernels) => {
  const [embedding, first, firstBias, second, secondBias, places, dense, denseBias, attack, attackBias] = weights;
  const [slope, offset, category, categoryBias, attackBack] = weights.slice(10);
  if (constants[0] !== 0 || constants[1] !== STRETCH / 2) throw unsupported('a constant of the salience is another');

  const arena = new Arena(kernels);
  const fixed = [
    placeTable(arena, kernels, embedding!, first!),
    arena.place(firstBias!),
    arena.placeBlocks(
      second!,
      { count: CHANNELS, stride: CHANNELS * SECOND_WIDTH },
      { count: SECOND_WIDTH, stride: 1 },
      { count: CHANNELS, stride: SECOND_WIDTH },
    ),
    arena.place(secondBias!),
    arena.place(places!),
    arena.placeBlocks(dense!, { count: CHANNELS, stride: JOINED }, { count: JOINED, stride: 1 }),
    arena.place(denseBias!),
    arena.place(attack!),
    arena.placeBlocks(category!, { count: CATEGORIES, stride: CHANNELS }, { count: CHANNELS, stride: 1 }),
    arena.placeBlocks(categoryBias!, { count: CATEGORIES, stride: 1 }),
    // Only the way back to the maxima: the place moves nothing.
    arena.placeBlocks(dense!, { count: 2 * CHANNELS, stride: 1 }, { count: CHANNELS, stride: JOINED }),
    arena.place(attackBack!),
  ];
  const scratchAt = arena.top;
  let capacity = 0;
  let record = 0;
  let tokens = arena.integers(scratchAt, 0);
  let attackLogit = arena.floats(scratchAt, 0);
  let categoryLogits = attackLogit;
  let moved = attackLogit;

  const makeRoom = (length: number) => {
    arena.release(scratchAt);
    const positions = length / 2;
    const floats = (count: number) => arena.reserve(4 * count);
    const tokensAt = floats(length + FIRST_WIDTH);
    const scratch = [
      floats(positions * CHANNELS),
      floats(positions * CHANNELS),
      arena.reserve(listBytes(positions * CHANNELS)),
      floats(positions + 1),
      floats(JOINED),
      floats(CHANNELS),
      floats(JOINED),
      floats(Math.max(positions * 4, CHANNELS)),
      arena.reserve(listBytes(JOINED)),
    ];
    const logitsAt = floats(CATEGORIES_AT + CATEGORIES);
    const salienceAt = floats(Math.ceil(length / STRETCH));
    record = arena.record([...fixed, tokensAt, ...scratch, logitsAt, salienceAt, 0]);
    tokens = arena.integers(tokensAt, length);
    attackLogit = arena.floats(logitsAt, 1);
    categoryLogits = arena.floats(logitsAt + 4 * CATEGORIES_AT, CATEGORIES);
    moved = arena.floats(salienceAt, Math.ceil(length / STRETCH));
    capacity = length;
  };
  makeRoom(USUAL);
  const answers = new FloatSlab();

  return (feeds, quietBelow) => {
    const [count = 0, length = 0] = feeds.bytes?.dims ?? [];
    if (length < STRETCH || length % 2 !== 0 || length > LONGEST)
      throw misfit(`Rows of ${length} tokens cannot be read.`);
    const rows = feedOf(feeds, 'bytes', Int32Array, [length]);
    const place = feedOf(feeds, 'place', Int32Array, NONE);
    if (place.length !== count) throw misfit('There must be one place for each row of tokens.');
    if (length > capacity) makeRoom(length);
    const stretches = Math.floor(length / STRETCH);
    const scores = answers.take(count);
    const categories = answers.take(count * CATEGORIES);
    const salience = answers.take(count * stretches);
    for (let row = 0; row < count; row++) {
      tokens.set(rowOf(rows, row, length));
      if (kernels.content(record, length, place[row] as number) !== 0)
        throw misfit('A token or a place is out of range.');
      const score = sigmoid(slope![0]! * (attackLogit[0]! + attackBias![0]!) + offset![0]!);
      scores[row] = score;
      if (score < quietBelow) continue;
      kernels.explain(record, length);
      softmax(categoryLogits, categories, row * CATEGORIES);
      salience.set(moved.subarray(0, stretches), row * stretches);
    }
    return {
      score: floatTensor(scores, [count]),
      categories: floatTensor(categories, [count, CATEGORIES]),
      salience: floatTensor(salience, [count, stretches]),
    };
  };
};

/**
 * `[259, 8, 64]`: what a token adds to each channel at each offset of the first convolution. Position does not matter to either, so
 * embedding and convolution of a row are sums of rows of this table. The last token is the padding of the convolution itself: zeros.
 *
 * @returns its address
 */
function placeTable(arena: Arena, kernels: Kernels, embedding: Float32Array, first: Float32Array): number {
  const width = FIRST_WIDTH * CHANNELS;
  const table = arena.reserve(4 * (TOKENS + 1) * width);
  const weights = arena.top;
  for (let offset = 0; offset < FIRST_WIDTH; offset++) {
    const outputs = { count: CHANNELS, stride: EMBEDDING * FIRST_WIDTH };
    arena.placeBlocks(first.subarray(offset), outputs, { count: EMBEDDING, stride: FIRST_WIDTH });
  }
  const tokens = arena.place(embedding);
  const list = arena.reserve(listBytes(EMBEDDING));
  for (let token = 0; token < TOKENS; token++) {
    const at = table + 4 * token * width;
    // What is there yet, zeros, for a bias.
    kernels.product(at, at, weights, tokens + 4 * token * EMBEDDING, EMBEDDING, width, list);
  }
  arena.release(weights);
  return table;
}

function floatTensor(data: Float32Array, dims: readonly number[]): Tensor {
  return { type: 'float32', data, dims };
}
