import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { LabelledRecord } from './record.js';

/**
 * What a person who saw the request alone, without the advisory, made of a labelled exploit request:
 * - `unshown`: it cannot be told from ordinary use: a log-in with a default password, an ordinary page or asset, an upload
 *   with harmless name and content, an ordinary call with harmless values, a placeholder where the exploit should be;
 * - `plain-url`: the only unusual thing is an ordinary external host or URL (or a call-back domain) as a value, which
 *   clients of an API send all day.
 *
 * Requests that show an attack are not listed. A script's file name in an upload, a shell command as a value, an internal
 * address as a target, path tricks, paths of files that hold secrets, key tricks (a key twice, a role in a key) and an
 * overlong run of one character count as shown. {@link labelCandidates} says which requests were looked at.
 */
export type ReviewVerdict = 'unshown' | 'plain-url';

/** One line of `reviewed-labels.jsonl`. It names a request and never quotes it: the sources' licences differ. */
export interface ReviewedLabel {
  readonly source: string;
  /** Line of the source file, from 0. */
  readonly index: number;
  /** {@link requestHash} of the request that was looked at. */
  readonly sha256: string;
  readonly template: string;
  readonly verdict: ReviewVerdict;
  readonly reason: string;
}

export const REVIEWED_LABELS: readonly ReviewedLabel[] = readFileSync(
  new URL('./reviewed-labels.jsonl', import.meta.url),
  'utf8',
)
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as ReviewedLabel);

const BY_LINE: ReadonlyMap<string, ReviewedLabel> = new Map(
  REVIEWED_LABELS.map((label) => [`${label.source} ${label.index}`, label]),
);

/**
 * Verdict on a record, or null where none was given: not listed, or the line holds another request than the one that was
 * looked at. A reader of whole files compares the number of verdicts it met with {@link REVIEWED_LABELS}.
 *
 * @param index line of the source file, from 0
 */
export function reviewedLabel(record: LabelledRecord, index: number): ReviewVerdict | null {
  const label = BY_LINE.get(`${record.source} ${index}`);
  return label !== undefined && label.sha256 === requestHash(record) ? label.verdict : null;
}

/** First 16 hexadecimal digits of the SHA-256 of method, path and body, with a line feed between them. */
export function requestHash(record: LabelledRecord): string {
  return createHash('sha256')
    .update(`${record.method ?? ''}\n${record.path ?? ''}\n${record.body ?? ''}`)
    .digest('hex')
    .slice(0, 16);
}
