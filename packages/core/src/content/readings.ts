import { isUtf8 } from 'node:buffer';
import { isBinary, isNoise } from './binary.js';
import { decodeUtf7 } from './utf7.js';
import { lenientUtf8 } from './utf8.js';
import { alignedTo, decodeWide, wideEncodingOf, wideEncodingsNamed } from './wide-encoding.js';

/** The texts that bytes may be read as. */
export interface Readings {
  /** One, or where hosts may differ about the same bytes several; no two are equal. */
  readonly texts: readonly string[];
  /** False when the bytes may mean something else: the charset is unknown, denied by the bytes, or one that hides ASCII. */
  readonly certain: boolean;
  /** Whether the bytes are text in none of these readings, but an image, an archive, compressed or encrypted data. */
  isBinary(): boolean;
}

/** Labels of UTF-8 and of what is part of it. */
const IS_UTF8 = new Set(['', 'utf8', 'usascii', 'ascii']);
/** Charsets whose bytes are all of ASCII and mean something else between escape sequences: one host reads them, another does not. */
const SHIFTING = new Set(['utf7', 'utf7imap', 'unicode11utf7', 'iso2022jp', 'csiso2022jp']);
/** Text of ASCII in one byte each: in a wide encoding there is none, or by chance. */
const NARROW_TEXT = /[\x20-\x7e]{6}/;

/** A label without the punctuation and case in which parsers let it be written: `"UTF_16-LE"` → `utf16le`. */
export function plainLabel(charset: string): string {
  return charset === '' ? '' : charset.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/**
 * Reads bytes by what they show themselves (a byte-order mark, the zeros of UTF-16), in the charset that they are said to be
 * in, and as UTF-8: as many of these as hosts may differ about, one as a rule. Bytes that are no UTF-8 are read leniently, so
 * that nothing of them is lost.
 *
 * @param charset - `''` when none is named
 * @param head - the beginning of the text of which the bytes are a later piece
 */
export function readingsOf(bytes: Buffer, charset: string, head: Buffer = bytes): Readings {
  const label = plainLabel(charset);
  const wide = wideReadings(bytes, label, head);
  if (wide.length === 0 && IS_UTF8.has(label)) {
    return new Utf8Reading(bytes);
  }
  const named = IS_UTF8.has(label) ? null : inCharset(bytes, charset, label);
  const shifting = named !== null && SHIFTING.has(label);
  const readings = [...wide];
  // Who writes UTF-8 and says otherwise is read as meant: such labels come from clients' defaults.
  if (named !== null && !shifting && wide.length === 0 && !isUtf8(bytes)) readings.push(named);
  else if (wide.length === 0 || NARROW_TEXT.test(bytes.toString('latin1'))) readings.push(utf8(bytes));
  if (shifting) readings.push(named);
  const texts = [...new Set(readings)];
  return {
    texts,
    certain: texts.length === 1 && (wide.length > 0 || named !== null || IS_UTF8.has(label)),
    isBinary: () => isBinary(bytes) && wide.every(isNoise),
  };
}

/** Bytes as UTF-8: nothing else comes into question. Not read before somebody wants the text; of what is binary nobody does. */
class Utf8Reading implements Readings {
  readonly certain = true;
  readonly #bytes: Buffer;
  #texts: readonly string[] | null = null;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get texts(): readonly string[] {
    this.#texts ??= [utf8(this.#bytes)];
    return this.#texts;
  }

  isBinary(): boolean {
    return isBinary(this.#bytes);
  }
}

/** The texts in wide encodings: the one that the bytes show, and those that the label names where the bytes can be nothing else. */
function wideReadings(bytes: Buffer, label: string, head: Buffer): string[] {
  const shown = wideEncodingOf(head);
  const named = wideEncodingsNamed(label);
  if (shown === null && named.length === 0) return [];
  const encodings = new Set(shown === null ? [] : [shown]);
  // Text in UTF-8 without zeros says nothing in a wide encoding that anybody could mean: the label is a lie.
  const possible = !isUtf8(bytes) || bytes.includes(0);
  if (possible && (shown === null || !named.includes(shown))) for (const encoding of named) encodings.add(encoding);
  return Array.from(encodings, (encoding) => decodeWide(head === bytes ? bytes : alignedTo(encoding, bytes), encoding));
}

/** Null when the charset is unknown. */
function inCharset(bytes: Buffer, charset: string, label: string): string | null {
  if (wideEncodingsNamed(label).length > 0) return null;
  if (label === 'utf7imap') return decodeUtf7(bytes.toString('latin1'), 'utf-7-imap');
  if (label.endsWith('utf7')) return decodeUtf7(bytes.toString('latin1'), 'utf-7');
  try {
    return new TextDecoder(charset.replace(/["'\s]/g, '')).decode(bytes);
  } catch {
    return null;
  }
}

function utf8(bytes: Buffer): string {
  const text = isUtf8(bytes) ? bytes.toString('utf8') : lenientUtf8(bytes).text;
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
