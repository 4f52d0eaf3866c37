import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CONTENT_SCHEMA,
  type ContentValue,
  type DecodedValue,
  decodeValue,
  PAD_TOKEN,
  type Windows,
  windowsOf,
} from '@api-security/core/extraction';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { GOLDEN_VALUES } from './golden-values.js';

/** Digits kept of scores and saliences: a hundred times finer than the tolerance they are compared with (1e-4). */
const DIGITS = 6;
const LIMITS = { windows: 256 };

/** One value on its way through the content tower. */
interface GoldenEntry {
  readonly value: ContentValue;
  readonly decoded: string;
  readonly chain: readonly string[];
  /** One row for each window, without padding. */
  readonly tokens: readonly (readonly number[])[];
  /** Highest score of the windows; categories and salience are that window's. */
  readonly score: number;
  readonly categories: readonly number[];
  readonly salience: readonly number[];
}

/** Runs the released graph over {@link GOLDEN_VALUES} and writes `golden.json` beside it. */
export async function writeGolden(directory: string): Promise<void> {
  const session = await InferenceSession.create(readFileSync(join(directory, 'model.onnx')));
  const entries: GoldenEntry[] = [];
  for (const value of GOLDEN_VALUES) entries.push(await goldenEntry(session, value));
  const file = { schema: CONTENT_SCHEMA, tolerance: 1e-4, entries };
  writeFileSync(join(directory, 'golden.json'), `${JSON.stringify(file).replaceAll('{"value"', '\n{"value"')}\n`);
  await session.release();
}

async function goldenEntry(session: InferenceSession, value: ContentValue): Promise<GoldenEntry> {
  const decoded: DecodedValue = decodeValue(value);
  const windows = windowsOf([decoded], LIMITS);
  const { count, length, tokens, places } = windows;
  const output = await session.run({
    bytes: new Tensor('int32', tokens, [count, length]),
    place: new Tensor('int32', places, [count]),
  });
  const scores = numbers(output.score);
  const best = scores.indexOf(Math.max(...scores));
  return {
    value,
    decoded: decoded.decoded,
    chain: decoded.chain,
    tokens: rowsOf(windows),
    score: rounded(scores[best] ?? Number.NaN),
    categories: rowOf(numbers(output.categories), best, count),
    salience: rowOf(numbers(output.salience), best, count),
  };
}

function numbers(tensor: Tensor | undefined): number[] {
  return Array.from((tensor?.data ?? []) as Float32Array);
}

function rowOf(values: readonly number[], row: number, count: number): number[] {
  const width = values.length / count;
  return values.slice(row * width, (row + 1) * width).map(rounded);
}

function rowsOf({ count, length, tokens }: Windows): number[][] {
  return Array.from({ length: count }, (_, row) =>
    Array.from(tokens.subarray(row * length, (row + 1) * length)).filter((token) => token !== PAD_TOKEN),
  );
}

function rounded(value: number): number {
  return Number(value.toFixed(DIGITS));
}
