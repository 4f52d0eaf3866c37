import { allMatches } from './all-matches.js';
import type { Span } from './span.js';

/** Rounds of percent-decoding, as many as detection takes off (threat model, parsing rule 3). */
const MAX_ROUNDS = 5;
const PERCENT_CODE = /%[0-9a-f]{2}/i;
/** Characters of base64 from which noise is unlikely to look like text: 12 bytes. */
const MIN_BASE64_CHARS = 16;
/** In both alphabets. */
const BASE64_RUN = /[\w+/-]{16,}={0,2}/g;
const BASE64_PIECE = /[A-Za-z0-9]{16,}={0,2}/g;
/** Characters at which a run may be glued to something else: path separators and the marks of base64url. */
const GLUE = /[/_+-]/;
/** Beginnings that are tried in one run. */
const MAX_GLUED = 8;
/** Characters of decoded base64 that tell text from noise. */
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f]/;

/** A text with a layer of encoding taken off, and where its characters came from. */
export interface EncodedView {
  readonly text: string;
  /** A span of `text` → the span of the original that it was made of. */
  source(span: Span): Span;
}

/** A stretch of a text and the readable text that it is base64 of. */
export interface Base64Run {
  readonly span: Span;
  readonly decoded: string;
}

/** The text itself and what percent-decoding makes of it, round by round, until nothing changes. */
export function percentViews(text: string): readonly EncodedView[] {
  const views: EncodedView[] = [{ text, source: (span) => span }];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const outer = views[round] as EncodedView;
    if (!PERCENT_CODE.test(outer.text)) break;
    views.push(percentDecoded(outer));
  }
  return views;
}

/** Stretches of a text that are base64 of readable text, with that text. */
export function base64Runs(text: string): readonly Base64Run[] {
  const runs: Base64Run[] = [];
  for (const { index, 0: run } of allMatches(BASE64_RUN, text)) {
    const found = firstReadable(index, run);
    if (found !== null) runs.push(found);
    else runs.push(...piecesOf(index, run));
  }
  return runs;
}

/** The whole run, or what follows one of the first marks at which it may be glued to something, as in a path. */
function firstReadable(index: number, run: string): Base64Run | null {
  let from = 0;
  for (let glued = 0; glued <= MAX_GLUED; glued++) {
    const decoded = readable(run.slice(from));
    if (decoded !== null) return { span: { from: index + from, to: index + run.length }, decoded };
    const mark = run.slice(from).search(GLUE);
    if (mark < 0) return null;
    from += mark + 1;
  }
  return null;
}

function piecesOf(index: number, run: string): readonly Base64Run[] {
  return allMatches(BASE64_PIECE, run).flatMap(({ index: at, 0: piece }) => {
    const decoded = readable(piece);
    return decoded === null ? [] : [{ span: { from: index + at, to: index + at + piece.length }, decoded }];
  });
}

function percentDecoded(outer: EncodedView): EncodedView {
  const { text } = outer;
  const starts: number[] = [];
  let decoded = '';
  for (let i = 0; i < text.length; ) {
    starts.push(i);
    const code = text[i] === '%' ? hexAt(text, i + 1) : -1;
    // Bytes above ASCII are only kept apart: no secret is recognised by them.
    decoded += code < 0 ? text[i] : code < 0x80 ? String.fromCharCode(code) : '\ufffd';
    i += code < 0 ? 1 : 3;
  }
  starts.push(text.length);
  return {
    text: decoded,
    source: ({ from, to }) => outer.source({ from: starts[from] ?? 0, to: starts[to] ?? text.length }),
  };
}

function hexAt(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at));
  const low = hexDigit(text.charCodeAt(at + 1));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** What base64 stands for, when that is text and not too short to tell. Noise shows itself at the beginning. */
function readable(base64: string): string | null {
  if (base64.length < MIN_BASE64_CHARS || asText(base64.slice(0, MIN_BASE64_CHARS), 'latin1') === null) return null;
  return asText(base64, 'utf8');
}

function asText(base64: string, encoding: 'utf8' | 'latin1'): string | null {
  const text = Buffer.from(base64, 'base64').toString(encoding);
  return text.includes('\ufffd') || CONTROL.test(text) ? null : text;
}
