import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeValue } from '../content/decode.js';
import { DEFAULT_CONTENT_LIMITS } from '../content/limits.js';
import { PAD_TOKEN, type Windows, windowsOf } from '../content/windows.js';
import { ApiSecurityError } from '../errors.js';
import { sequenceWindow } from '../sequence/window.js';
import { type ContentModel, contentModel } from './content-model.js';
import { type FlowModel, flowModel } from './flow-model.js';
import { type ContentGolden, type FlowGolden, readGolden, type SequenceGolden } from './golden.js';
import { GoldenComparison, type GoldenResult } from './golden-comparison.js';
import { loadModel, type ModelFiles } from './load-models.js';
import type { Model } from './model.js';
import type { Runtime, Session } from './runtime.js';
import type { WindowScore } from './scores.js';
import { type SequenceModel, sequenceModel } from './sequence-model.js';

/**
 * Loads a model once more, apart from the one that is at work, and compares what it says with its golden.json. One vector at a time: between
 * two, whatever else the process does has its turn.
 *
 * @returns null where it has no golden.json
 * @throws as {@link loadModel}; `API_SECURITY_MODEL_GOLDEN_INVALID`; what the run time throws
 */
export async function verifyGolden(files: ModelFiles, runtime: Runtime): Promise<GoldenResult | null> {
  switch (files.manifest.role) {
    case 'content':
      return verify(files, runtime, contentModel, compareContent);
    case 'flow':
      return verify(files, runtime, flowModel, compareFlow);
    case 'sequence':
      return verify(files, runtime, sequenceModel, compareSequence);
  }
}

type Wrap<M> = (manifest: ModelFiles['manifest'], session: Session, runtime: string) => M;
type Compare<M, G> = (model: M, golden: G, entry: number, comparison: GoldenComparison) => Promise<void>;

async function verify<M extends Model, G extends object>(
  files: ModelFiles,
  runtime: Runtime,
  wrap: Wrap<M>,
  compare: Compare<M, G>,
): Promise<GoldenResult | null> {
  const model = await loadModel(files, runtime, wrap);
  try {
    const entries = await readGolden<G>(files);
    if (entries === null) return null;
    const comparison = new GoldenComparison();
    for (const [i, golden] of entries.entries()) {
      await nextTurn();
      await compare(model, golden, i, comparison).catch((error: unknown) => {
        // What is read off an entry that lacks a field.
        throw error instanceof TypeError ? malformed(files, i, error) : error;
      });
    }
    return comparison.result(entries.length);
  } finally {
    await model.close();
  }
}

/** Decodes, cuts and scores a value as the product does. What is before the model must be equal, not close. */
async function compareContent(
  model: ContentModel,
  golden: ContentGolden,
  i: number,
  comparison: GoldenComparison,
): Promise<void> {
  const decoded = decodeValue(golden.value);
  const windows = windowsOf([decoded], DEFAULT_CONTENT_LIMITS);
  const found = strongest(await model.score(windows, 0));
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

async function compareFlow(
  model: FlowModel,
  { features, score }: FlowGolden,
  i: number,
  comparison: GoldenComparison,
): Promise<void> {
  comparison.close(i, 'score', [score], [(await model.score(Float32Array.from(features))).score]);
}

async function compareSequence(
  model: SequenceModel,
  { steps, score, patterns }: SequenceGolden,
  i: number,
  comparison: GoldenComparison,
): Promise<void> {
  const rows = steps.map((values) => ({ at: 0, values: Float32Array.from(values), route: 0, ids: 0 }));
  const found = await model.score(sequenceWindow(rows, null));
  comparison.close(i, 'score', [score], [found.score]);
  comparison.close(i, 'patterns', patterns, found.patterns);
}

/** A value's verdict is that of its most suspicious window. */
function strongest(windows: readonly WindowScore[]): WindowScore | undefined {
  return windows.reduce<WindowScore | undefined>(
    (best, found) => (best && best.score >= found.score ? best : found),
    undefined,
  );
}

function rowsOf({ count, length, tokens }: Windows): number[][] {
  return Array.from({ length: count }, (_, row) =>
    Array.from(tokens.subarray(row * length, (row + 1) * length)).filter((token) => token !== PAD_TOKEN),
  );
}

function malformed({ path }: ModelFiles, entry: number, cause: TypeError): ApiSecurityError {
  const message = `Entry ${entry} of the golden.json in ${path} is none of its role.`;
  return new ApiSecurityError('API_SECURITY_MODEL_GOLDEN_INVALID', message, { cause });
}
