import { CharacterClass, charactersOf, classOf } from './characters.js';

/** A JSON string as found in a text. */
export interface JsonString {
  /** Its content with the escapes resolved; an escape that JSON does not know stays as it was written. */
  readonly value: string;
  /** As `charactersOf` the value. */
  readonly characters: number;
  /** Index behind the closing quote, or the text's length when there is none. */
  readonly end: number;
  /** Whether the closing quote was found. */
  readonly closed: boolean;
  /** Whether it follows RFC 8259 §7: known escapes only, no bare control characters. */
  readonly valid: boolean;
}

/** Reads the string whose opening quote is at `start`. Linear; never throws. */
export function readJsonString(text: string, start: number): JsonString {
  let at = start + 1;
  let escaped = false;
  let characters = 0;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) break;
    if (code === BACKSLASH) {
      escaped = true;
      at++;
    } else characters |= classOf(code);
  }
  const closed = at < text.length;
  const valid = (characters & CharacterClass.CONTROL) === 0;
  const inside = text.slice(start + 1, at);
  const end = Math.min(at + 1, text.length);
  if (!escaped) return { value: inside, characters, end, closed, valid };
  const { value, known } = resolveEscapes(inside);
  return { value, characters: charactersOf(value), end, closed, valid: valid && (known || !closed) };
}

const ESCAPES = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
const FOUR_HEX = /^[0-9a-fA-F]{4}$/;

function resolveEscapes(inside: string): { value: string; known: boolean } {
  let value = '';
  let done = 0;
  let known = true;
  for (let at = inside.indexOf('\\'); at !== -1; at = inside.indexOf('\\', at)) {
    const letter = inside.charAt(at + 1);
    const hex = letter === 'u' ? inside.slice(at + 2, at + 6) : '';
    const character = FOUR_HEX.test(hex) ? String.fromCharCode(Number.parseInt(hex, 16)) : ESCAPES.get(letter);
    if (character === undefined) {
      known = false;
      at += 2;
      continue;
    }
    value += inside.slice(done, at) + character;
    at += 2 + hex.length;
    done = at;
  }
  return { value: value + inside.slice(done), known };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
