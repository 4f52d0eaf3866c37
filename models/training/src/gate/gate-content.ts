import { readdirSync } from 'node:fs';
import { type Reached, reached, reasonsToRefuse } from './compare.js';
import { ContentScorer } from './content-scorer.js';
import { readExtracted, type WindowedRecord } from './extracted-records.js';

/** Benign requests to APIs, and exploit requests that show one: what the models are compared on. */
const BENIGN_SOURCES = /^benign-/;
const EXPLOIT_SOURCES = /^(?:nuclei-templates|nuclei-community|afrog-pocs|xray-pocs|vulhub|wy876-poc)$/;

export interface GateResult {
  readonly candidate: Reached;
  readonly shipped: Reached | null;
  readonly reasons: readonly string[];
}

/**
 * Measures a candidate and the shipped content tower on the test split of the same extraction.
 *
 * @param shipped - directory of the model to beat, or null when there is none
 */
export async function gateContent(extracted: string, candidate: string, shipped: string | null): Promise<GateResult> {
  const records = readdirSync(extracted)
    .filter((name) => name.endsWith('.jsonl.gz'))
    .map((name) => name.slice(0, -'.jsonl.gz'.length))
    .filter((source) => BENIGN_SOURCES.test(source) || EXPLOIT_SOURCES.test(source))
    .flatMap((source) => readExtracted(extracted, source))
    .filter(({ split, kind, shows }) => split === 'test' && kind === 'request' && shows !== 'nothing');
  const own = await measure(candidate, records);
  const other = shipped === null ? null : await measure(shipped, records);
  return { candidate: own, shipped: other, reasons: other === null ? [] : reasonsToRefuse(own, other) };
}

async function measure(directory: string, records: readonly WindowedRecord[]): Promise<Reached> {
  const scorer = await ContentScorer.load(directory);
  const scores = await scorer.score(records);
  await scorer.close();
  return reached(
    scores.filter((_, i) => records[i]?.label === 'attack'),
    scores.filter((_, i) => records[i]?.label === 'benign'),
    scorer.manifest.thresholds.high,
  );
}
