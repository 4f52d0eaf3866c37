import { charClass, nextRun } from './char-runs.js';
import type { Span } from './span.js';

/** Rounds of percent-decoding, as many as detection takes off (threat model, parsing rule 3). */
const MAX_ROUNDS = 5;
/** Characters of base64 from which noise is unlikely to look like text: 12 bytes. */
const MIN_BASE64_CHARS = 16;
/** In both alphabets. */
const BASE64 = charClass(/[\w+/-]/);
const ALPHANUMERIC = charClass(/[A-Za-z0-9]/);
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
  let view: EncodedView = { text, source: itself };
  const views = [view];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const inner = percentDecoded(view);
    if (inner === null) break;
    views.push(inner);
    view = inner;
  }
  return views;
}

/** Stretches of a text that are base64 of readable text, with that text. */
export function base64Runs(text: string): readonly Base64Run[] {
  const runs: Base64Run[] = [];
  for (let run = nextRun(text, 0, MIN_BASE64_CHARS, BASE64); run !== null; ) {
    const padded = withPadding(text, run);
    const found = firstReadable(text, padded);
    if (found !== null) runs.push(found);
    else addPieces(text, padded, runs);
    run = nextRun(text, padded.to, MIN_BASE64_CHARS, BASE64);
  }
  return runs;
}

function withPadding(text: string, { from, to }: Span): Span {
  if (text[to] !== '=') return { from, to };
  return { from, to: text[to + 1] === '=' ? to + 2 : to + 1 };
}

/**
 * The whole run, or what follows one of the first marks at which it may be glued to something: path separators and the
 * marks of base64url.
 */
function firstReadable(text: string, { from, to }: Span): Base64Run | null {
  let at = from;
  for (let glued = 0; glued <= MAX_GLUED && to - at >= MIN_BASE64_CHARS; glued++) {
    const decoded = readable(text, at, to);
    if (decoded !== null) return { span: { from: at, to }, decoded };
    while (at < to && ALPHANUMERIC[text.charCodeAt(at)] === 1) at += 1;
    at += 1;
  }
  return null;
}

function addPieces(text: string, within: Span, runs: Base64Run[]): void {
  for (let piece = nextRun(text, within.from, MIN_BASE64_CHARS, ALPHANUMERIC, within.to); piece !== null; ) {
    const span = withPadding(text, piece);
    const decoded = readable(text, span.from, span.to);
    if (decoded !== null) runs.push({ span, decoded });
    piece = nextRun(text, span.to, MIN_BASE64_CHARS, ALPHANUMERIC, within.to);
  }
}

function itself(span: Span): Span {
  return span;
}

/** One layer taken off; null when there is none. */
function percentDecoded(outer: EncodedView): EncodedView | null {
  const { text } = outer;
  let decoded = '';
  let from = 0;
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
    const code = hexAt(text, at + 1);
    if (code < 0) continue;
    // Bytes above ASCII are only kept apart: no secret is recognised by them.
    decoded += text.slice(from, at) + (code < 0x80 ? String.fromCharCode(code) : '\ufffd');
    from = at + 3;
  }
  if (from === 0) return null;
  decoded += text.slice(from);
  let starts: readonly number[] | null = null;
  return {
    text: decoded,
    source: (span) => {
      // Most texts hold no secret, and nobody asks where their characters came from.
      starts ??= startsOf(text);
      return outer.source({ from: starts[span.from] ?? 0, to: starts[span.to] ?? text.length });
    },
  };
}

/** Where each character that percent-decoding makes of a text came from, and the text's end. */
function startsOf(text: string): readonly number[] {
  const starts: number[] = [];
  for (let i = 0; i < text.length; i += text[i] === '%' && hexAt(text, i + 1) >= 0 ? 3 : 1) starts.push(i);
  starts.push(text.length);
  return starts;
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

/** What base64 stands for, when that is text and not too short to tell. */
function readable(text: string, from: number, to: number): string | null {
  if (to - from < MIN_BASE64_CHARS || !beginsAsText(text, from)) return null;
  const decoded = Buffer.from(text.slice(from, to), 'base64').toString('utf8');
  return decoded.includes('\ufffd') || CONTROL.test(decoded) ? null : decoded;
}

/** Noise shows itself within the first bytes: by control characters and by what UTF-8 (RFC 3629) does not allow. */
function beginsAsText(text: string, from: number): boolean {
  let bits = 0;
  let bitCount = 0;
  let following = 0;
  for (let i = from; i < from + MIN_BASE64_CHARS; i++) {
    // Padding: all of it has been seen.
    if (text[i] === '=') return true;
    bits = ((bits << 6) | sixtet(text.charCodeAt(i))) & 0xffff;
    bitCount += 6;
    if (bitCount < 8) continue;
    bitCount -= 8;
    const byte = (bits >> bitCount) & 0xff;
    const follows = byte >= 0x80 && byte < 0xc0;
    if (follows !== following > 0) return false;
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return false;
    following = follows ? following - 1 : byte < 0xc0 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  }
  return true;
}

/** The six bits that a character of base64 stands for, in either alphabet (RFC 4648 §4 and §5). */
function sixtet(code: number): number {
  if (code === 0x2b || code === 0x2d) return 62;
  if (code === 0x2f || code === 0x5f) return 63;
  if (code <= 0x39) return code - 0x30 + 52;
  return code <= 0x5a ? code - 0x41 : code - 0x61 + 26;
}
