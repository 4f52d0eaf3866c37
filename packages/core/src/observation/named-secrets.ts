import { allMatches } from './all-matches.js';
import type { SecretNames } from './secret-names.js';
import type { Span } from './span.js';

/** Letters that a name is made of, for finding where one begins and ends. */
const NAME_CHAR = /[\p{L}\p{N}_$-]/u;
/** What may stand between a name and its value: quotes, brackets of nested parameters (as forms encode them too), then `=`, `:` or `=>`. */
const SEPARATOR =
  /(?:\\{0,8}["'`]|\]|\[[^\]\s"'=&]{0,32}\]|%5D|%5B[\w-]{0,32}%5D){0,6}[ \t]{0,8}(?:=>|=|:(?!\/\/))[=\s]{0,8}/iy;
/** A multipart part's header after its name, up to the empty line. */
const PART_HEADER = /"[^\r\n]{0,256}(?:\r?\n[^\r\n]{1,256}){0,4}\r?\n\r?\n/y;
/** The rest of an XML start tag. */
const TAG_END = /[^<>]{0,256}>/y;
/** How a quoted value ends: its quote and what may follow it, or the end of a line where it is never closed. */
const QUOTED_END = /\\{0,8}["'`](?:["`\\&;,\s<>(){}[\]]|$)|\n|$/y;
const OPENING_QUOTE = /(\\{0,8})(["'`])/y;

/** The ends of values that stand without quotes, by what came before them. */
const AFTER_EQUALS = /[&;\s<>"]/g;
const AFTER_COLON = /[,}\])&;\s"'<>]/g;
const LINE_END = /[\r\n]/g;

/**
 * The values that stand under secret names inside a text: JSON, forms, query strings, cookies, multipart, XML, YAML, logs,
 * whole or in pieces. Works by what surrounds a name, not by a parser, so that broken and cut texts are covered. Linear:
 * each name and each value is passed once.
 */
export function namedSecrets(text: string, names: SecretNames): Span[] {
  const spans: Span[] = [];
  let done = 0;
  for (const match of allMatches(names.stems, text)) {
    if (match.index < done) continue;
    const from = startOfName(text, match.index, done);
    const to = endOfName(text, match.index);
    done = to;
    const valueAt = startOfValue(text, from, to);
    if (valueAt === null || !names.field(text.slice(from, to))) continue;
    const span = valueSpan(text, valueAt);
    spans.push(span);
    done = Math.max(to, span.to);
  }
  return spans;
}

function startOfName(text: string, at: number, least: number): number {
  let i = at;
  while (i > least && NAME_CHAR.test(text[i - 1] as string)) i -= 1;
  // `%5Bpin`: the digits of an encoded bracket are no part of the name.
  return text[i - 1] === '%' && at - i >= 2 ? i + 2 : i;
}

function endOfName(text: string, at: number): number {
  let i = at + 1;
  while (i < text.length && NAME_CHAR.test(text[i] as string)) i += 1;
  return i;
}

/** Where the value of a name begins, and by which syntax; null when the name has none. */
interface ValueStart {
  readonly at: number;
  readonly syntax: 'equals' | 'colon' | 'tag' | 'part' | 'line';
}

function startOfValue(text: string, nameFrom: number, nameTo: number): ValueStart | null {
  const before = text[nameFrom - 1];
  if (before === '"' && text.slice(Math.max(0, nameFrom - 6), nameFrom).toLowerCase() === 'name="') {
    const at = endOf(PART_HEADER, text, nameTo);
    if (at >= 0) return { at, syntax: 'part' };
  }
  const at = endOf(SEPARATOR, text, nameTo);
  if (at >= 0) {
    const isHeader = text.slice(nameFrom, nameTo).toLowerCase().endsWith('authorization');
    const separator = text.slice(nameTo, at);
    if (separator.includes('=')) return { at, syntax: 'equals' };
    return { at, syntax: isHeader ? 'line' : 'colon' };
  }
  if (before === '<' || before === ':') {
    const tagEnd = endOf(TAG_END, text, nameTo);
    if (tagEnd >= 0) return { at: tagEnd, syntax: 'tag' };
  }
  return null;
}

function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

function valueSpan(text: string, { at, syntax }: ValueStart): Span {
  if (syntax === 'tag') return { from: at, to: indexOrEnd(text.indexOf('<', at), text) };
  if (syntax === 'part') return { from: at, to: indexOrEnd(text.indexOf('\n--', at), text) };
  if (text[at] === '{' || text[at] === '[') return { from: at, to: endOfNested(text, at) };
  const quoted = quotedSpan(text, at);
  if (quoted === null) return { from: at, to: endOfBare(text, at, syntax) };
  // A value may begin with quotes without being quoted: `password=''x`.
  const goesOn = endOf(QUOTED_END, text, quoted.to) < 0;
  return goesOn ? { from: at, to: endOfBare(text, quoted.to, syntax) } : quoted;
}

/** Null when the value does not begin with a quote, or with a single one that is never closed, as in attacks. */
function quotedSpan(text: string, at: number): Span | null {
  OPENING_QUOTE.lastIndex = at;
  const match = OPENING_QUOTE.exec(text);
  if (match === null) return null;
  const [opening, escapes = '', quote = ''] = match;
  const from = at + opening.length;
  const closing = closingQuote(text, from, quote, escapes.length);
  if (closing >= 0) return { from, to: closing - escapes.length };
  return quote === '"' ? { from, to: indexOrEnd(text.indexOf('\n', from), text) } : null;
}

/** Index of the quote that ends a string which was opened by a quote behind `escapes` backslashes; -1 when there is none. */
function closingQuote(text: string, from: number, quote: string, escapes: number): number {
  for (let i = text.indexOf(quote, from); i >= 0; i = text.indexOf(quote, i + 1)) {
    const backslashes = backslashesBefore(text, i, from);
    // Within n backslashes a quote of the value has more than n of them; without any, an even number are pairs of its own.
    if (escapes > 0 ? backslashes === escapes : backslashes % 2 === 0) return i;
  }
  return -1;
}

function backslashesBefore(text: string, at: number, least: number): number {
  let i = at;
  while (i > least && text[i - 1] === '\\') i -= 1;
  return at - i;
}

/** The end of an object or array: where as many brackets have closed as opened, those in strings left out. */
function endOfNested(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const char = text[i];
    if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    else if (char === '"') {
      i = closingQuote(text, i + 1, '"', backslashesBefore(text, i, at));
      if (i < 0) return text.length;
    }
    if (depth === 0) return i + 1;
  }
  return text.length;
}

function endOfBare(text: string, at: number, syntax: ValueStart['syntax']): number {
  const end = syntax === 'line' ? LINE_END : syntax === 'equals' ? AFTER_EQUALS : AFTER_COLON;
  end.lastIndex = at;
  return indexOrEnd(end.exec(text)?.index ?? -1, text);
}

function indexOrEnd(index: number, text: string): number {
  return index < 0 ? text.length : index;
}
