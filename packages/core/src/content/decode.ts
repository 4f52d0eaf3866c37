import { CharacterClass, charactersOf } from './characters.js';
import type { ContentValue, DecodedValue, DecodeStep } from './content-value.js';
import { isPlain } from './triage.js';
import { lenientUtf8 } from './utf8.js';

/** Rounds after which decoding stops; each takes off every layer once. */
const MAX_ROUNDS = 5;

/** Where no character can begin an encoding, there is nothing to do. */
const MAY_BE_ENCODED =
  CharacterClass.PERCENT | CharacterClass.AMPERSAND | CharacterClass.BACKSLASH | CharacterClass.NON_ASCII;
const NON_ASCII = /[\u0080-\uffff]/;

/** A text with its layers of encoding taken off. */
export interface DecodedText {
  readonly decoded: string;
  /** The layers, outermost first. */
  readonly chain: readonly DecodeStep[];
  /** False when the text was still encoded after the last round. */
  readonly settled: boolean;
  /** As `charactersOf` the decoded text. */
  readonly characters: number;
}

/** Decodes a value to a fixed point. `plus`: `+` stands for a space; forms need to say so, query values always do. */
export function decodeValue(value: ContentValue, plus: boolean = value.kind === 'query'): DecodedValue {
  const { place, kind, name, text } = value;
  const { decoded, chain, characters } = decodeText(text, plus);
  const plain = isPlain({ place, kind, name, decoded, chain, characters });
  return { place, kind, name, text, decoded, chain, characters, plain };
}

const NO_STEPS: readonly DecodeStep[] = Object.freeze([]);

/** Decodes a text to a fixed point in at most five rounds. Linear in the text in each round; never throws. */
export function decodeText(text: string, plus: boolean, characters: number = charactersOf(text)): DecodedText {
  const hasPlus = plus && (characters & CharacterClass.PLUS) !== 0;
  if (!hasPlus && (characters & MAY_BE_ENCODED) === 0) {
    return { decoded: text, chain: NO_STEPS, settled: true, characters };
  }
  const chain: DecodeStep[] = [];
  let decoded = text;
  if (hasPlus) {
    // Only once and first: a `+` that comes out of `%2B` is a plus sign.
    decoded = decoded.replaceAll('+', ' ');
    chain.push('plus');
  }
  let settled = false;
  for (let round = 0; round < MAX_ROUNDS && !settled; round++) {
    const before = decoded;
    decoded = takeOffLayers(decoded, chain);
    settled = decoded === before;
  }
  settled ||= takeOffLayers(decoded, []) === decoded;
  return { decoded, chain, settled, characters: charactersOf(decoded) };
}

function takeOffLayers(text: string, chain: DecodeStep[]): string {
  let decoded = text;
  if (decoded.includes('%')) decoded = percent(decoded, chain);
  if (decoded.includes('&')) decoded = html(decoded, chain);
  if (decoded.includes('\\')) decoded = escapes(decoded, chain);
  if (NON_ASCII.test(decoded)) {
    const folded = streamSafe(decoded).normalize('NFKC');
    if (folded !== decoded) chain.push('nfkc');
    decoded = folded;
  }
  return decoded;
}

/** Marks in a row that no language needs. */
const MAX_MARKS = 30;
/** What normalisation sorts: marks, but for the joiner itself, and characters that become some. */
const MARK = '(?!\\u034f)[\\p{M}\\uff9e\\uff9f]';
const MANY_MARKS = new RegExp(`((?:${MARK}){${MAX_MARKS}})(?=${MARK})`, 'gu');
/** Half of a pair may be half of a mark. */
const MAY_BE_MARK = /[\p{M}\p{Cs}\uff9e\uff9f]/u;

/**
 * A text in the Stream-Safe Text Format (UAX #15 §13): a joiner behind every 30 marks in a row. Marks are sorted when a text is
 * normalised, which takes time that grows with the square of their number.
 */
function streamSafe(text: string): string {
  // More of them in a row cover one of these indices.
  for (let at = MAX_MARKS; at < text.length; at += MAX_MARKS + 1) {
    if (MAY_BE_MARK.test(text.charAt(at))) return text.replace(MANY_MARKS, '$1\u034f');
  }
  return text;
}

/** `%41`, runs of which are bytes of UTF-8, and `%u0041`. What is neither stays as it is. */
function percent(text: string, chain: DecodeStep[]): string {
  let out = '';
  let done = 0;
  const steps = new Set<DecodeStep>();
  for (let at = text.indexOf('%'); at !== -1; at = text.indexOf('%', at)) {
    const bytes = percentBytes(text, at);
    const wide = bytes.length > 0 ? -1 : percentU(text, at);
    if (bytes.length === 0 && wide < 0) {
      at += 1;
      continue;
    }
    out += text.slice(done, at);
    if (wide >= 0) {
      out += String.fromCharCode(wide);
      steps.add('percent-u');
      at += 6;
    } else {
      const run = lenientUtf8(bytes);
      out += run.text;
      steps.add('percent');
      if (run.overlong) steps.add('overlong-utf8');
      at += 3 * bytes.length;
    }
    done = at;
  }
  chain.push(...steps);
  return out + text.slice(done);
}

function percentBytes(text: string, from: number): number[] {
  const bytes: number[] = [];
  for (let at = from; text.charCodeAt(at) === PERCENT; at += 3) {
    const byte = hexAt(text, at + 1, 2);
    if (byte < 0) break;
    bytes.push(byte);
  }
  return bytes;
}

function percentU(text: string, at: number): number {
  return (text.charCodeAt(at + 1) | LOWER) === U ? hexAt(text, at + 2, 4) : -1;
}

/** `&#60;` `&#x3c` (the semicolon may be missing) and the named entities that stand for a character of syntax. */
function html(text: string, chain: DecodeStep[]): string {
  let out = '';
  let done = 0;
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at)) {
    const entity = text.charCodeAt(at + 1) === HASH ? numericEntity(text, at + 2) : namedEntity(text, at + 1);
    if (entity === null) {
      at += 1;
      continue;
    }
    out += text.slice(done, at) + entity.text;
    at = entity.end;
    done = at;
  }
  if (done === 0) return text;
  chain.push('html');
  return out + text.slice(done);
}

interface Entity {
  readonly text: string;
  readonly end: number;
}

function numericEntity(text: string, from: number): Entity | null {
  const hex = (text.charCodeAt(from) | LOWER) === X;
  const start = hex ? from + 1 : from;
  const base = hex ? 16 : 10;
  let at = start;
  let code = 0;
  for (let digit = digitAt(text, at, base); digit >= 0; digit = digitAt(text, ++at, base)) {
    code = Math.min(code * base + digit, TOO_BIG);
  }
  if (at === start || code === TOO_BIG || code === 0) return null;
  return { text: String.fromCodePoint(code), end: text.charCodeAt(at) === SEMICOLON ? at + 1 : at };
}

/** Names as in the HTML standard's table. */
const NAMED = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
  ['colon', ':'],
  ['semi', ';'],
  ['sol', '/'],
  ['bsol', '\\'],
  ['lpar', '('],
  ['rpar', ')'],
  ['lsqb', '['],
  ['rsqb', ']'],
  ['lcub', '{'],
  ['rcub', '}'],
  ['equals', '='],
  ['comma', ','],
  ['period', '.'],
  ['excl', '!'],
  ['quest', '?'],
  ['num', '#'],
  ['dollar', '$'],
  ['percnt', '%'],
  ['ast', '*'],
  ['plus', '+'],
  ['grave', '`'],
  ['vert', '|'],
  ['lowbar', '_'],
  ['commat', '@'],
  ['tab', '\t'],
  ['newline', '\n'],
  ['nbsp', ' '],
]);
const LONGEST_NAME = 7;
/** These also count without a semicolon where no letter, digit or `=` follows, as in attribute values. */
const WITHOUT_SEMICOLON = new Set(['lt', 'gt', 'amp', 'quot', 'nbsp']);

function namedEntity(text: string, from: number): Entity | null {
  let at = from;
  while (at - from <= LONGEST_NAME && isLetter(text.charCodeAt(at))) at++;
  const name = text.slice(from, at).toLowerCase();
  const character = NAMED.get(name);
  if (character === undefined) return null;
  const next = text.charCodeAt(at);
  if (next === SEMICOLON) return { text: character, end: at + 1 };
  const ends = next !== EQUALS && digitAt(text, at, 10) < 0 && !isLetter(next);
  return ends && WITHOUT_SEMICOLON.has(name) ? { text: character, end: at } : null;
}

/** `\u0041`, `\u{41}` and `\x41`. */
function escapes(text: string, chain: DecodeStep[]): string {
  let out = '';
  let done = 0;
  const steps = new Set<DecodeStep>();
  for (let at = text.indexOf('\\'); at !== -1; at = text.indexOf('\\', at)) {
    const letter = text.charCodeAt(at + 1) | LOWER;
    const entity = letter === U ? unicodeEscape(text, at + 2) : letter === X ? hexEscape(text, at + 2) : null;
    if (entity === null) {
      at += 1;
      continue;
    }
    out += text.slice(done, at) + entity.text;
    steps.add(letter === U ? 'unicode-escape' : 'hex-escape');
    at = entity.end;
    done = at;
  }
  chain.push(...steps);
  return out + text.slice(done);
}

function hexEscape(text: string, from: number): Entity | null {
  const code = hexAt(text, from, 2);
  return code < 0 ? null : { text: String.fromCharCode(code), end: from + 2 };
}

function unicodeEscape(text: string, from: number): Entity | null {
  const code = hexAt(text, from, 4);
  if (code >= 0) return { text: String.fromCharCode(code), end: from + 4 };
  if (text.charCodeAt(from) !== OPEN_BRACE) return null;
  let at = from + 1;
  let braced = 0;
  for (let digit = digitAt(text, at, 16); digit >= 0; digit = digitAt(text, ++at, 16)) {
    braced = Math.min(braced * 16 + digit, TOO_BIG);
  }
  if (at === from + 1 || braced === TOO_BIG || text.charCodeAt(at) !== CLOSE_BRACE) return null;
  return { text: String.fromCodePoint(braced), end: at + 1 };
}

/** One past the last code point. */
const TOO_BIG = 0x110000;
/** Bit that turns an upper-case ASCII letter into its lower-case one. */
const LOWER = 0x20;
const HASH = 0x23;
const PERCENT = 0x25;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const U = 0x75;
const X = 0x78;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** The number of `digits` hexadecimal digits at `at`, or -1. */
function hexAt(text: string, at: number, digits: number): number {
  let number = 0;
  for (let k = 0; k < digits; k++) {
    const digit = digitAt(text, at + k, 16);
    if (digit < 0) return -1;
    number = number * 16 + digit;
  }
  return number;
}

function digitAt(text: string, at: number, base: 10 | 16): number {
  const code = text.charCodeAt(at);
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = (code | LOWER) - 0x61;
  return base === 16 && letter >= 0 && letter < 6 ? letter + 10 : -1;
}

function isLetter(code: number): boolean {
  const letter = (code | LOWER) - 0x61;
  return letter >= 0 && letter < 26;
}
