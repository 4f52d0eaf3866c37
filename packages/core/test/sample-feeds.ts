import type { ModelRole } from '../src/model/manifest.js';
import type { Tensor } from '../src/model/runtime.js';

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Feeds = Readonly<Record<string, Tensor>>;

/** `rows` rows of input for the shipped model of a role, of every kind that a graph may be given. */
export function sampleFeeds(role: ModelRole, rows: number, next: () => number): Feeds {
  switch (role) {
    case 'content':
      return contentFeeds(rows, next);
    case 'flow':
      return flowFeeds(rows, next);
    case 'sequence':
      return sequenceFeeds(rows, next);
  }
}

const PAD = 256;
const TOKENS = 258;
const LENGTHS = [8, 10, 32, 64, 96, 128, 256, 300];
const pick = <T>(choices: readonly T[], next: () => number): T => choices[Math.floor(next() * choices.length)] as T;

/** Bytes of all kinds, letters, two letters that repeat (maxima that tie), padding in the middle, and rows of nothing but padding. */
function contentFeeds(rows: number, next: () => number): Feeds {
  const length = pick(LENGTHS, next);
  const bytes = new Int32Array(rows * length).fill(PAD);
  for (let row = 0; row < rows; row++) {
    const [from, to] = pick(
      [
        [0, TOKENS],
        [97, 123],
        [32, 127],
        [97, 99],
      ] as const,
      next,
    );
    const text = Math.floor(next() * (length + 1));
    for (let i = 0; i < text; i++) bytes[row * length + i] = from + Math.floor(next() * (to - from));
  }
  const place = Int32Array.from({ length: rows }, () => Math.floor(next() * 8));
  return {
    bytes: { type: 'int32', data: bytes, dims: [rows, length] },
    place: { type: 'int32', data: place, dims: [rows] },
  };
}

/** A raw feature: nothing, a share, a count, or a time or volume over nine decades, which may be negative. */
function feature(next: () => number): number {
  const size = pick([0, 1, 1e4, Math.exp(next() * 20)], next);
  return size * next() * (next() < 0.1 ? -1 : 1);
}

const FEATURES = 52;

function flowFeeds(rows: number, next: () => number): Feeds {
  const features = Float32Array.from({ length: rows * FEATURES }, () => feature(next));
  const mask = Float32Array.from({ length: rows * FEATURES }, () => (next() < 0.8 ? 1 : 0));
  const dims = [rows, FEATURES];
  return { features: { type: 'float32', data: features, dims }, mask: { type: 'float32', data: mask, dims } };
}

const STEPS = 16;
const WIDTH = 64;
const CONTENT_SCORE = 52;

/** Windows of 0 to 16 steps, some with steps that are missing in the middle, some with rubbish where the mask is 0. */
function sequenceFeeds(rows: number, next: () => number): Feeds {
  const steps = new Float32Array(rows * STEPS * WIDTH);
  const mask = new Float32Array(rows * STEPS);
  for (let row = 0; row < rows; row++) {
    const length = Math.floor(next() * (STEPS + 1));
    const holes = next() < 0.2;
    for (let step = 0; step < STEPS; step++) {
      const real = holes ? next() < 0.5 : step >= STEPS - length;
      mask[row * STEPS + step] = real ? 1 : 0;
      if (!real && next() < 0.5) continue;
      const at = (row * STEPS + step) * WIDTH;
      for (let i = 0; i < WIDTH; i++) steps[at + i] = feature(next);
      steps[at + CONTENT_SCORE] = next();
    }
  }
  return {
    steps: { type: 'float32', data: steps, dims: [rows, STEPS, WIDTH] },
    mask: { type: 'float32', data: mask, dims: [rows, STEPS] },
  };
}
