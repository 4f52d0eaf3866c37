import { allMatches } from './all-matches.js';
import type { Span } from './span.js';

/** Rounds of percent-decoding, as many as detection takes off (threat model, parsing rule 3). */
const MAX_ROUNDS = 5;
const PERCENT_CODE = /%[0-9a-f]{2}/i;
/** Base64 and base64url of at least 12 bytes. */
const BASE64_RUN = /[\w+/-]{16,}={0,2}/g;
/** Characters at which a run may be glued to something else: path separators and the marks of base64url. */
const GLUE = /[/_+-]/;
/** Characters of decoded base64 that tell text from noise. */
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** A text with a layer of encoding taken off, and where its characters came from. */
export interface EncodedView {
  readonly text: string;
  /** A span of `text` → the span of the original that it was made of. */
  source(span: Span): Span;
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
export function* base64Runs(text: string): Generator<{ readonly span: Span; readonly decoded: string }> {
  for (const match of allMatches(BASE64_RUN, text)) {
    const whole = readable(match[0]);
    if (whole !== null) {
      yield { span: { from: match.index, to: match.index + match[0].length }, decoded: whole };
      continue;
    }
    let from = match.index;
    for (const piece of match[0].split(GLUE)) {
      const decoded = piece.length >= 16 ? readable(piece) : null;
      if (decoded !== null) yield { span: { from, to: from + piece.length }, decoded };
      from += piece.length + 1;
    }
  }
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

/** What base64 stands for, when that is text. */
function readable(base64: string): string | null {
  const text = Buffer.from(base64, 'base64').toString('utf8');
  return text.includes('\ufffd') || CONTROL.test(text) ? null : text;
}
