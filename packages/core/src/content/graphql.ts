import type { PlaceKind } from './content-value.js';
import { readJsonString } from './json-string.js';
import type { ValueCollector } from './value-collector.js';

const BEGINS_DOCUMENT = /^(?:\{|(?:query|mutation|subscription|fragment)\b)/;
const IGNORED = /^(?:[\s,\ufeff]|#[^\n\r]*[\n\r])+/;

/** Whether a text looks like a GraphQL document. */
export function isGraphql(text: string): boolean {
  return BEGINS_DOCUMENT.test(text.replace(IGNORED, '')) && text.includes('{');
}

/**
 * Reads the string literals of a GraphQL document (October 2021 specification §2.9.4), block strings included:
 * places `<place>~graphql[i]`, called as the document is. The document itself is the caller's value. Answers whether its
 * brackets match.
 */
export function readGraphql(
  document: string,
  kind: PlaceKind,
  place: string,
  into: ValueCollector,
  name = '',
): boolean {
  let depth = 0;
  let balanced = true;
  let literals = 0;
  let at = 0;
  while (at < document.length && !into.isLate(1)) {
    const code = document.charCodeAt(at);
    if (code === HASH) at = endOfLine(document, at);
    else if (code === QUOTE) {
      const literal = document.startsWith(BLOCK, at) ? blockString(document, at) : readJsonString(document, at);
      into.add(kind, `${place}~graphql[${literals++}]`, literal.value, name);
      if (!literal.closed) balanced = false;
      at = literal.end;
    } else {
      if (code === OPEN_BRACE || code === OPEN_PAREN) depth++;
      else if ((code === CLOSE_BRACE || code === CLOSE_PAREN) && --depth < 0) balanced = false;
      at++;
    }
  }
  return (balanced && depth === 0) || at < document.length;
}

const BLOCK = '"""';

function blockString(document: string, start: number): { value: string; end: number; closed: boolean } {
  const from = start + BLOCK.length;
  let end = document.indexOf(BLOCK, from);
  while (end !== -1 && document.charCodeAt(end - 1) === BACKSLASH) end = document.indexOf(BLOCK, end + BLOCK.length);
  if (end === -1) return { value: document.slice(from), end: document.length, closed: false };
  return { value: document.slice(from, end), end: end + BLOCK.length, closed: true };
}

function endOfLine(document: string, from: number): number {
  const at = document.indexOf('\n', from);
  return at === -1 ? document.length : at;
}

const QUOTE = 0x22;
const HASH = 0x23;
const OPEN_PAREN = 0x28;
const CLOSE_PAREN = 0x29;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
