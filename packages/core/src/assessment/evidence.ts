import { CONTENT_CATEGORIES, type ContentCategory } from '../content/category.js';
import { charRange } from '../content/windows.js';
import type { ValueScore } from '../model/score-content.js';
import { cut } from '../observation/cut.js';
import type { Redactor } from '../observation/redact.js';
import type { Evidence } from './assessment.js';

/** Values shown with an assessment, strongest first. */
const MAX_EVIDENCE = 8;
/** A value below it did not speak. Half of the default medium threshold: what helped to reach it is shown too. */
const LEAST_SCORE = 0.2;
/** Characters kept of a value (threat model, redaction rule 4). */
const EXCERPT_CHARS = 256;

/** The values that spoke, redacted and cut for a person to read. `scores` come strongest first. */
export function evidenceOf(scores: readonly ValueScore[], redactor: Redactor): Evidence[] {
  return scores
    .slice(0, MAX_EVIDENCE)
    .filter(({ score }) => score >= LEAST_SCORE)
    .map((found) => describe(found, redactor));
}

/** The most probable category of a value. */
export function categoryOf(found: Pick<ValueScore, 'categories'>): ContentCategory {
  let best = 0;
  for (let i = 1; i < found.categories.length; i++) {
    if ((found.categories[i] as number) > (found.categories[best] as number)) best = i;
  }
  return CONTENT_CATEGORIES[best] ?? 'other';
}

function describe(found: ValueScore, redactor: Redactor): Evidence {
  const { value, score } = found;
  const range = charRange(value.decoded, found.fromByte, found.toByte);
  const spoke = value.decoded.slice(range.from, range.to);
  const redacted = redactor.text(value.decoded, value.place);
  // Redaction moves characters: look for the part again, and mark the whole where it is gone.
  const at = redacted === value.decoded ? range.from : redacted.indexOf(spoke);
  const from = Math.max(at, 0);
  const to = at < 0 ? redacted.length : at + spoke.length;
  const start = Math.max(0, Math.min(from - (EXCERPT_CHARS >> 2), redacted.length - EXCERPT_CHARS));
  const decoded = cut(redacted.slice(start), EXCERPT_CHARS);
  const original = redactor.text(value.text, value.place);
  const share = value.decoded.length === 0 ? 0 : start / value.decoded.length;
  return {
    // A parameter's name is the client's text too.
    place: cut(redactor.text(value.place, 'path'), EXCERPT_CHARS),
    excerpt: cut(original.slice(Math.floor(share * original.length)), EXCERPT_CHARS),
    decoded,
    chain: value.chain,
    category: categoryOf(found),
    score,
    from: Math.min(from - start, decoded.length),
    to: Math.min(to - start, decoded.length),
  };
}
