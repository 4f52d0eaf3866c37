import { type ApiSecurity, ApiSecurityError, type Assessment } from '@api-security/core';
import type { EvaluationReport, Position } from './evaluation-report.js';
import type { InputLine } from './read-lines.js';
import { type LabelledRecord, parseRecord, type RecordOptions } from './record.js';
import { sample } from './sample.js';
import { Tally, type TallyOptions } from './tally.js';

/** What an evaluation needs to know. */
export interface EvaluationOptions extends RecordOptions, TallyOptions {
  readonly inputs: readonly string[];
  /** Number of records to pick; null for all. */
  readonly sample: number | null;
  readonly seed: number;
}

/** The parts of the engine that an evaluation uses. */
export type EvaluatedEngine = Pick<ApiSecurity, 'analyze' | 'options' | 'models' | 'counters'>;

interface Item extends Position {
  readonly record: LabelledRecord;
}

/**
 * Scores every record of the lines as if a new client had sent it.
 *
 * One at a time: the native run time works on the calling thread, so that more at once would not end sooner and would only
 * blur the times. Memory stays bounded by the sample, the groups and the lists, beside 16 bytes an item.
 *
 * @param onProgress - told of every item done; `total` is null where it is not known beforehand
 */
export async function runEvaluation(
  engine: EvaluatedEngine,
  lines: AsyncIterable<InputLine>,
  options: EvaluationOptions,
  onProgress: (done: number, total: number | null) => void,
): Promise<EvaluationReport> {
  const tally = new Tally(options);
  const rowsBefore = { ...engine.counters.rows };
  const records = recordsOf(lines, options, tally);
  const picked = options.sample === null ? null : await sample(records, options.sample, options.seed);
  let done = 0;
  for await (const item of picked ?? records) {
    await score(engine, item, tally);
    done += 1;
    onProgress(done, picked?.length ?? null);
  }
  const { level, placement, seed, groupBy } = options;
  return {
    format: 'api-security-evaluation/1',
    inputs: options.inputs,
    settings: { level, placement, sample: options.sample, seed, groupBy },
    models: engine.models.map(({ manifest: { role, name, version, sha256 } }) => ({
      role,
      name,
      version,
      sha256,
      rows: engine.counters.rows[role] - rowsBefore[role],
    })),
    ...tally.result(engine.options.thresholds),
  };
}

async function* recordsOf(
  lines: AsyncIterable<InputLine>,
  options: EvaluationOptions,
  tally: Tally,
): AsyncGenerator<Item> {
  for await (const { file, line, text, problem } of lines) {
    const record = text === null ? (problem ?? 'unreadable') : parseRecord(text, options);
    if (typeof record === 'string') tally.addInvalid({ file, line, reason: record });
    else if (record.attack && record.weak && !options.weak) tally.addWeakLeftOut();
    else yield { file, line, record };
  }
}

async function score(engine: EvaluatedEngine, { file, line, record }: Item, tally: Tally): Promise<void> {
  const startedMs = performance.now();
  let assessment: Assessment;
  try {
    assessment = await engine.analyze(record.request);
  } catch (error) {
    const problem = { file, line, reason: error instanceof Error ? error.message : String(error) };
    if (error instanceof ApiSecurityError && error.code === 'API_SECURITY_REQUEST_INVALID') tally.addInvalid(problem);
    else tally.addUnscored(problem);
    return;
  }
  tally.add({ file, line }, record, assessment, performance.now() - startedMs);
}
