import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  type ContentValue,
  type contentModel,
  DEFAULT_CONTENT_LIMITS,
  decodeValue,
  type flowModel,
  PAD_TOKEN,
  type sequenceModel,
  sequenceWindow,
  windowsOf,
} from '@api-security/core/extraction';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-code.js';
import type { GoldenResult } from './model-reports.js';

type ContentModel = ReturnType<typeof contentModel>;
type FlowModel = ReturnType<typeof flowModel>;
type SequenceModel = ReturnType<typeof sequenceModel>;
type WindowScore = Awaited<ReturnType<ContentModel['score']>>[number];

/** A value and what training says of it. */
export interface ContentGolden {
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

/** 52 raw features and what training says of them. */
export interface FlowGolden {
  readonly features: readonly number[];
  readonly score: number;
}

/** Rows of 64 raw numbers, oldest first, and what training says of them. */
export interface SequenceGolden {
  readonly steps: readonly (readonly number[])[];
  readonly score: number;
  readonly patterns: readonly number[];
}

/** The entries of a model's golden.json. Rejects with a {@link CliError} where there are none. */
export async function readGolden<T>(directory: string): Promise<readonly T[]> {
  const path = join(directory, 'golden.json');
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new CliError(EXIT.engine, `${path} is missing or not JSON.`, { cause });
  }
  const entries = typeof json === 'object' && json !== null && 'entries' in json ? json.entries : json;
  if (!Array.isArray(entries) || entries.length === 0) throw new CliError(EXIT.engine, `${path} holds no entries.`);
  return entries as readonly T[];
}

/** Decodes, cuts and scores values as the product does. What is before the model must be equal, not close. */
export async function compareContent(model: ContentModel, entries: readonly ContentGolden[]): Promise<GoldenResult> {
  const comparison = new Comparison();
  for (const [i, golden] of entries.entries()) {
    const decoded = decodeValue(golden.value);
    const windows = windowsOf([decoded], DEFAULT_CONTENT_LIMITS);
    const found = strongest(await model.score(windows));
    comparison.equal(i, 'decoded', golden.decoded, decoded.decoded);
    comparison.equal(i, 'chain', golden.chain, decoded.chain);
    comparison.equal(i, 'tokens', golden.tokens, rowsOf(windows));
    comparison.close(i, 'score', [golden.score], [found?.score ?? Number.NaN]);
    comparison.close(i, 'categories', golden.categories, found?.categories ?? []);
    // Salience has no scale of its own: only its shape matters.
    const peak = Math.max(...golden.salience, Number.MIN_VALUE);
    const scaled = (salience: Iterable<number>) => Array.from(salience, (value) => value / peak);
    comparison.close(i, 'salience', scaled(golden.salience), scaled(found?.salience ?? []));
  }
  return comparison.result(entries.length);
}

export async function compareFlow(model: FlowModel, entries: readonly FlowGolden[]): Promise<GoldenResult> {
  const comparison = new Comparison();
  for (const [i, { features, score }] of entries.entries()) {
    comparison.close(i, 'score', [score], [(await model.score(Float32Array.from(features))).score]);
  }
  return comparison.result(entries.length);
}

export async function compareSequence(model: SequenceModel, entries: readonly SequenceGolden[]): Promise<GoldenResult> {
  const comparison = new Comparison();
  for (const [i, { steps, score, patterns }] of entries.entries()) {
    const rows = steps.map((values) => ({ at: 0, values: Float32Array.from(values), route: 0, ids: 0 }));
    const found = await model.score(sequenceWindow(rows, null));
    comparison.close(i, 'score', [score], [found.score]);
    comparison.close(i, 'patterns', patterns, found.patterns);
  }
  return comparison.result(entries.length);
}

/** A value's verdict is that of its most suspicious window. */
function strongest(windows: readonly WindowScore[]): WindowScore | undefined {
  return windows.reduce<WindowScore | undefined>(
    (best, found) => (best && best.score >= found.score ? best : found),
    undefined,
  );
}

function rowsOf({ count, length, tokens }: ReturnType<typeof windowsOf>): number[][] {
  return Array.from({ length: count }, (_, row) =>
    Array.from(tokens.subarray(row * length, (row + 1) * length)).filter((token) => token !== PAD_TOKEN),
  );
}

class Comparison {
  #worst = 0;
  #worstAt: string | null = null;
  #unlike: string | null = null;

  /** Numbers may deviate a little; a missing one, or one that is no number, may not. */
  close(entry: number, what: string, wanted: readonly number[], got: ArrayLike<number>): void {
    const place = `entry ${entry}, ${what}`;
    if (wanted.length !== got.length) this.#unlike ??= place;
    for (const [i, value] of wanted.entries()) {
      const deviation = Math.abs(value - (got[i] ?? Number.NaN));
      if (Number.isNaN(deviation)) this.#unlike ??= place;
      if (!(deviation > this.#worst)) continue;
      this.#worst = deviation;
      this.#worstAt = place;
    }
  }

  equal(entry: number, what: string, wanted: unknown, got: unknown): void {
    if (!isDeepStrictEqual(wanted, got)) this.#unlike ??= `entry ${entry}, ${what}`;
  }

  result(entries: number): GoldenResult {
    return { entries, worst: this.#worst, worstAt: this.#worstAt, unlike: this.#unlike };
  }
}
