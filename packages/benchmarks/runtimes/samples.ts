import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ModelFiles, Tensor } from '@api-security/core';
import {
  BOUNDARY_TOKEN,
  FLOW_FEATURE_COUNT,
  OBSERVABLE_MASK,
  PAD_TOKEN,
  SEQUENCE_LENGTH,
  STEP_WIDTH,
} from '@api-security/core/extraction';

/** Inputs of one run, all rows of one shape. */
export type Feeds = Readonly<Record<string, Tensor>>;

/** One window of a value: tokens without padding, and the kind of its place. */
interface Row {
  readonly tokens: readonly number[];
  readonly place: number;
}

/** The length of a row of the product is a multiple of this. */
const LENGTH_STEP = 32;
const BATCH = 32;

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

const pick = <T>(choices: readonly T[], next: () => number): T => choices[Math.floor(next() * choices.length)] as T;

interface Golden {
  readonly tokens?: readonly (readonly number[])[];
  readonly features?: readonly number[];
  readonly steps?: readonly (readonly number[])[];
}

function goldenOf({ path }: ModelFiles): readonly Golden[] {
  return (JSON.parse(readFileSync(join(path, 'golden.json'), 'utf8')) as { entries: readonly Golden[] }).entries;
}

/**
 * Windows of values: those that training extracted, where they are on this machine, else the golden ones with a few bytes changed.
 *
 * @param extracted - folder of `*.windows.gz`
 */
export function contentRows(files: ModelFiles, count: number, extracted: string, next: () => number): Row[] {
  const known = existsSync(extracted) ? extractedRows(extracted) : [];
  const golden = goldenOf(files).flatMap(({ tokens = [] }) => tokens);
  return Array.from({ length: count }, () => {
    if (known.length > 0) return pick(known, next);
    const tokens = pick(golden, next).map(
      (token) => (token < PAD_TOKEN && next() < 0.05 ? 32 + next() * 95 : token) | 0,
    );
    return { tokens, place: Math.floor(next() * 8) };
  });
}

/** See `models/training/src/gate/extracted-records.ts`: place, name behind its length, and text behind its length less one. */
function extractedRows(folder: string): Row[] {
  const rows: Row[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.windows.gz'))) {
    const bytes = gunzipSync(readFileSync(join(folder, file)));
    for (let at = 0; at < bytes.length; ) {
      const nameEnd = at + 2 + (bytes[at + 1] ?? 0);
      const textEnd = nameEnd + 2 + (bytes[nameEnd] ?? 0);
      const tokens = [...bytes.subarray(at + 2, nameEnd), BOUNDARY_TOKEN, ...bytes.subarray(nameEnd + 1, textEnd)];
      rows.push({ tokens, place: bytes[at] ?? 0 });
      at = textEnd;
    }
  }
  return rows;
}

/** Batches of rows of like length, padded as the product pads them. */
export function contentBatches(rows: readonly Row[], batch: number = BATCH): Feeds[] {
  const ordered = rows.toSorted((a, b) => a.tokens.length - b.tokens.length);
  const batches: Feeds[] = [];
  for (let start = 0; start < ordered.length; start += batch) {
    const part = ordered.slice(start, start + batch);
    const longest = part.at(-1)?.tokens.length ?? 1;
    const length = Math.max(1, Math.ceil(longest / LENGTH_STEP)) * LENGTH_STEP;
    const bytes = new Int32Array(part.length * length).fill(PAD_TOKEN);
    for (const [i, { tokens }] of part.entries()) bytes.set(tokens, i * length);
    batches.push({
      bytes: { type: 'int32', data: bytes, dims: [part.length, length] },
      place: { type: 'int32', data: Int32Array.from(part, ({ place }) => place), dims: [part.length] },
    });
  }
  return batches;
}

/** A real number, often as it is, else a little or much smaller or larger. */
const varied = (value: number, next: () => number) => (next() < 0.5 ? value : value * Math.exp((next() - 0.5) * 6));

/** Connections: golden ones with some of their features changed. */
export function flowFeeds(files: ModelFiles, count: number, next: () => number): Feeds[] {
  const golden = goldenOf(files).flatMap(({ features }) => (features === undefined ? [] : [features]));
  const dims = [1, FLOW_FEATURE_COUNT];
  return Array.from({ length: count }, () => ({
    features: { type: 'float32', data: Float32Array.from(pick(golden, next), (value) => varied(value, next)), dims },
    mask: { type: 'float32', data: OBSERVABLE_MASK, dims },
  }));
}

/** Clients: 1 to 16 steps of golden ones, some of them changed, some of other clients. */
export function sequenceFeeds(files: ModelFiles, count: number, next: () => number): Feeds[] {
  const golden = goldenOf(files).flatMap(({ steps }) => (steps === undefined ? [] : [steps]));
  const all = golden.flat();
  return Array.from({ length: count }, (_, i) => {
    const client = pick(golden, next);
    const length = 1 + (i % SEQUENCE_LENGTH);
    const steps = new Float32Array(SEQUENCE_LENGTH * STEP_WIDTH);
    const mask = new Float32Array(SEQUENCE_LENGTH);
    for (let step = SEQUENCE_LENGTH - length; step < SEQUENCE_LENGTH; step++) {
      const row = next() < 0.8 ? (client[step % client.length] as readonly number[]) : pick(all, next);
      // The signals stay in their range; flow features span decades.
      steps.set(
        row.map((value, column) => (column < FLOW_FEATURE_COUNT ? varied(value, next) : value)),
        step * STEP_WIDTH,
      );
      mask[step] = 1;
    }
    return {
      steps: { type: 'float32', data: steps, dims: [1, SEQUENCE_LENGTH, STEP_WIDTH] },
      mask: { type: 'float32', data: mask, dims: [1, SEQUENCE_LENGTH] },
    };
  });
}
