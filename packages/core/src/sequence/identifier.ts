/** Longest path segment that still names a place: route names in public API descriptions stay well below. */
const MAX_NAME_CHARS = 40;
/** Characters that stand in names beside letters and digits. Anything else is free text, which is a value. */
const NAME_PUNCTUATION = new Set('-._~@:$+');

/** What a segment is made of, counted in one pass. */
interface Composition {
  letters: number;
  digits: number;
  /** Letters a to f, in either case. */
  hexLetters: number;
  /** Dashes. */
  dashes: number;
  /** Places where a letter and a digit touch. */
  switches: number;
  /** Characters that no name has. */
  foreign: number;
}

/**
 * Whether a path segment identifies one thing among many rather than naming a place: numbers (and dates, ranges,
 * addresses), UUIDs and other hex of 8 digits and more, e-mail addresses, tokens that mix letters and digits, long or free text.
 */
export function isIdentifier(segment: string): boolean {
  if (segment.length > MAX_NAME_CHARS) return true;
  const { letters, digits, hexLetters, dashes, switches, foreign } = compositionOf(segment);
  if (foreign > 0 || isEmail(segment)) return true;
  if (letters === 0) return digits > 0;
  const isHex = letters === hexLetters && letters + digits + dashes === segment.length && letters + digits >= 8;
  // `dead-beef` is two words, `deadbeef` and `3f2a-99c1` are numbers.
  if (isHex && (digits > 0 || dashes === 0)) return true;
  // `ORD-2024-00017` and `dQw4w9WgXcQ`, but not `oauth2-callback` or `sha256sums`.
  return segment.length >= 8 && digits > 0 && (digits >= 4 || switches >= 3);
}

function compositionOf(segment: string): Composition {
  const counts: Composition = { letters: 0, digits: 0, hexLetters: 0, dashes: 0, switches: 0, foreign: 0 };
  let before: 'letter' | 'digit' | null = null;
  for (let i = 0; i < segment.length; i++) {
    const code = segment.charCodeAt(i);
    let kind: 'letter' | 'digit' | null = null;
    if (code >= 0x30 && code <= 0x39) {
      kind = 'digit';
      counts.digits += 1;
    } else if (isLetter(code)) {
      kind = 'letter';
      counts.letters += 1;
      if ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66) counts.hexLetters += 1;
    } else if (!NAME_PUNCTUATION.has(segment[i] as string)) {
      counts.foreign += 1;
    } else if (code === 0x2d) {
      counts.dashes += 1;
    }
    if (kind !== null && before !== null && kind !== before) counts.switches += 1;
    before = kind;
  }
  return counts;
}

/** ASCII letters, and everything beyond ASCII: names are written in every script. */
function isLetter(code: number): boolean {
  return code >= 0x80 || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a);
}

/** `ada@example.org`, but neither `@scope` nor `name@`. */
function isEmail(segment: string): boolean {
  const at = segment.indexOf('@');
  return at > 0 && segment.indexOf('.', at) > at + 1;
}
