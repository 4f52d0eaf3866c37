import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContentValue } from '../content/content-value.js';
import { ApiSecurityError } from '../errors.js';
import type { ModelFiles } from './load-models.js';

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

/**
 * The entries of the golden.json beside a model; null where there is none.
 *
 * @throws `API_SECURITY_MODEL_GOLDEN_INVALID`
 */
export async function readGolden<T>({ path }: Pick<ModelFiles, 'path'>): Promise<readonly T[] | null> {
  const file = join(path, 'golden.json');
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw invalid(`${file} is not JSON, or cannot be read.`, cause);
  }
  const entries: unknown = Array.isArray(json) ? json : (Object(json) as { entries?: unknown }).entries;
  if (!Array.isArray(entries) || entries.length === 0) throw invalid(`${file} holds no entries.`);
  return entries as readonly T[];
}

function invalid(message: string, cause?: unknown): ApiSecurityError {
  return new ApiSecurityError('API_SECURITY_MODEL_GOLDEN_INVALID', message, { cause });
}
