import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ContentValue,
  type contentModel,
  DEFAULT_CONTENT_LIMITS,
  decodeValue,
  type flowModel,
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
  readonly score: number;
  readonly categories: readonly number[];
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

/** Scores values through the product's own extraction. */
export async function compareContent(model: ContentModel, entries: readonly ContentGolden[]): Promise<GoldenResult> {
  const deviations = new Deviations();
  for (const [i, { value, score, categories }] of entries.entries()) {
    const found = strongest(await model.score(windowsOf([decodeValue(value)], DEFAULT_CONTENT_LIMITS)));
    deviations.add(i, 'score', [score], [found?.score ?? Number.NaN]);
    deviations.add(i, 'categories', categories, found?.categories ?? []);
  }
  return deviations.result(entries.length);
}

export async function compareFlow(model: FlowModel, entries: readonly FlowGolden[]): Promise<GoldenResult> {
  const deviations = new Deviations();
  for (const [i, { features, score }] of entries.entries()) {
    deviations.add(i, 'score', [score], [(await model.score(Float32Array.from(features))).score]);
  }
  return deviations.result(entries.length);
}

export async function compareSequence(model: SequenceModel, entries: readonly SequenceGolden[]): Promise<GoldenResult> {
  const deviations = new Deviations();
  for (const [i, { steps, score, patterns }] of entries.entries()) {
    const rows = steps.map((values) => ({ at: 0, values: Float32Array.from(values), route: 0, ids: 0 }));
    const found = await model.score(sequenceWindow(rows, null));
    deviations.add(i, 'score', [score], [found.score]);
    deviations.add(i, 'patterns', patterns, found.patterns);
  }
  return deviations.result(entries.length);
}

/** A value's verdict is that of its most suspicious window. */
function strongest(windows: readonly WindowScore[]): WindowScore | undefined {
  return windows.reduce<WindowScore | undefined>(
    (best, found) => (best && best.score >= found.score ? best : found),
    undefined,
  );
}

class Deviations {
  #worst = 0;
  #worstAt: string | null = null;

  /** Anything missing, of another length, or not a number deviates without bound. */
  add(entry: number, what: string, wanted: readonly number[], got: ArrayLike<number>): void {
    const deviation =
      wanted.length === got.length
        ? wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - (got[i] ?? Number.NaN))), 0)
        : Number.POSITIVE_INFINITY;
    const known = Number.isNaN(deviation) ? Number.POSITIVE_INFINITY : deviation;
    if (known <= this.#worst) return;
    this.#worst = known;
    this.#worstAt = `entry ${entry}, ${what}`;
  }

  result(entries: number): GoldenResult {
    return { entries, worst: this.#worst, worstAt: this.#worstAt };
  }
}
