import type { Assessment } from '@api-security/core';
import type { ListedItem, Position } from './evaluation-report.js';
import type { LabelledRecord } from './record.js';

const EXCERPT_CHARS = 160;

/** What is kept of an item that is listed. */
export function listedItem({ file, line }: Position, record: LabelledRecord, assessment: Assessment): ListedItem {
  const spoke = assessment.evidence[0];
  const excerpt = spoke?.decoded ?? record.payload?.text ?? null;
  return {
    file,
    line,
    method: assessment.request.method,
    path: shortened(assessment.request.path),
    place: spoke?.place ?? record.payload?.place ?? null,
    excerpt: excerpt === null ? null : shortened(excerpt),
    score: assessment.score,
    level: assessment.level,
    category: record.category,
    assessed: assessment.category,
    source: record.source,
    id: record.id,
  };
}

function shortened(text: string): string {
  if (text.length <= EXCERPT_CHARS) return text;
  // Through bytes, because a slice keeps the whole text alive, and a listed item may outlive a million others.
  return `${Buffer.from(text.slice(0, EXCERPT_CHARS - 1)).toString()}…`;
}
