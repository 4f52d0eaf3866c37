import { CharacterClass, charactersOf } from './characters.js';
import { type DecodedValue, PLACE_KINDS } from './content-value.js';
import type { ContentLimits } from './limits.js';
import { NAME_LENGTH } from './value-name.js';

/** Tokens of one row of the content tower at most: name, boundary and text. */
export const WINDOW_LENGTH = 256;
/** Token that stands where there is no byte. */
export const PAD_TOKEN = 256;
/** Token between a value's name and its text. No byte is it, so that no text can imitate a name. */
export const BOUNDARY_TOKEN = 257;
/** Bytes of text in one window at most, whatever the length of the name. */
export const TEXT_LENGTH: number = WINDOW_LENGTH - 1 - NAME_LENGTH;
/** Bytes of text between the starts of two windows of a long value: neighbours share 55, enough to hold any short payload whole. */
export const WINDOW_STRIDE = 176;
/** The length of a batch is a multiple of this, so that there are few distinct shapes. */
const LENGTH_STEP = 32;

/** Decoded values as the content tower reads them: one row per window. */
export interface Windows {
  /** Number of windows. */
  readonly count: number;
  /** Tokens in each row: the longest one, rounded up to a multiple of 32. */
  readonly length: number;
  /**
   * `[count × length]`, row by row: the name's last bytes, {@link BOUNDARY_TOKEN}, the text's bytes, then {@link PAD_TOKEN}.
   * Bytes are those of the UTF-8 form, 0–255, with A–Z lower-cased. Every window of a value repeats its name.
   */
  readonly tokens: Int32Array;
  /** `[count]`: index into `PLACE_KINDS`. */
  readonly places: Int32Array;
  /** `[count]`: index of the value that the window belongs to. */
  readonly owners: Int32Array;
  /** `[count]`: byte offset of the window's text in its value's UTF-8 text. */
  readonly offsets: Int32Array;
  /** `[count]`: bytes of the name in the row, 0 to {@link NAME_LENGTH}; the text begins one token behind them. */
  readonly nameLengths: Int32Array;
  /** Whether windows were left out because of the limit. */
  readonly truncated: boolean;
}

/**
 * Cuts decoded values into windows. When there are more than `limits.windows`, each long value keeps as many windows of
 * its head and of its tail as fit, and if even one for each value is too many, the first and the last values are kept.
 */
export function windowsOf(values: readonly DecodedValue[], limits: Pick<ContentLimits, 'windows'>): Windows {
  const texts = values.map((value) => utf8Of(value.decoded, value.characters));
  const counts = texts.map((text) => windowCount(text.length));
  const { owners, indices, truncated } = choose(counts, limits.windows);
  const names = new Map<string, Utf8>();
  let longest = 1;
  for (const owner of owners) {
    const { name } = values[owner]!;
    if (!names.has(name)) names.set(name, nameBytes(name));
    longest = Math.max(longest, names.get(name)!.length + 1 + Math.min(texts[owner]!.length, TEXT_LENGTH));
  }
  const length = Math.ceil(longest / LENGTH_STEP) * LENGTH_STEP;
  const count = owners.length;
  const tokens = new Int32Array(count * length);
  const places = new Int32Array(count);
  const offsets = new Int32Array(count);
  const nameLengths = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const owner = owners[row]!;
    const text = texts[owner]!;
    const { kind, name: called } = values[owner]!;
    const name = names.get(called)!;
    const offset = windowOffset(indices[row]!, text.length);
    places[row] = PLACE_KINDS.indexOf(kind);
    offsets[row] = offset;
    nameLengths[row] = name.length;
    const boundary = write(tokens, row * length, name, 0, name.length);
    tokens[boundary] = BOUNDARY_TOKEN;
    const end = write(tokens, boundary + 1, text, offset, Math.min(offset + TEXT_LENGTH, text.length));
    tokens.fill(PAD_TOKEN, end, (row + 1) * length);
  }
  return { count, length, tokens, places, owners: new Int32Array(owners), offsets, nameLengths, truncated };
}

/** The bytes of a text in UTF-8. One of ASCII stands for itself: its characters are its bytes. */
type Utf8 = string | Buffer;

function utf8Of(text: string, characters: number): Utf8 {
  return (characters & CharacterClass.NON_ASCII) === 0 ? text : Buffer.from(text, 'utf8');
}

/** The last bytes of a name, from where a character begins. */
function nameBytes(name: string): Utf8 {
  const bytes = utf8Of(name, charactersOf(name));
  let from = Math.max(0, bytes.length - NAME_LENGTH);
  if (typeof bytes === 'string') return bytes.slice(from);
  if (from > 0) while (from < bytes.length && (bytes[from]! & 0xc0) === 0x80) from++;
  return bytes.subarray(from);
}

/** Writes bytes as tokens, A–Z lower-cased; answers the index behind the last one. */
function write(tokens: Int32Array, at: number, bytes: Utf8, from: number, to: number): number {
  const shift = at - from;
  if (typeof bytes === 'string') for (let i = from; i < to; i++) tokens[shift + i] = lowerCase(bytes.charCodeAt(i));
  else for (let i = from; i < to; i++) tokens[shift + i] = lowerCase(bytes[i]!);
  return shift + to;
}

function lowerCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

function windowCount(bytes: number): number {
  return bytes <= TEXT_LENGTH ? 1 : 1 + Math.ceil((bytes - TEXT_LENGTH) / WINDOW_STRIDE);
}

/** The last window ends with the value, so that it is as full as the others. */
function windowOffset(index: number, bytes: number): number {
  return Math.max(0, Math.min(index * WINDOW_STRIDE, bytes - TEXT_LENGTH));
}

interface Choice {
  readonly owners: number[];
  /** Which window of its owner each row is. */
  readonly indices: number[];
  readonly truncated: boolean;
}

function choose(counts: readonly number[], limit: number): Choice {
  const most = windowsEach(counts, limit);
  const skipFrom = most === 0 ? Math.ceil(limit / 2) : counts.length;
  const skipTo = most === 0 ? counts.length - Math.floor(limit / 2) : counts.length;
  const owners: number[] = [];
  const indices: number[] = [];
  let truncated = false;
  for (let owner = 0; owner < counts.length; owner++) {
    const count = counts[owner]!;
    const kept = owner >= skipFrom && owner < skipTo ? 0 : Math.min(count, Math.max(most, 1));
    if (kept < count) truncated = true;
    const head = Math.ceil(kept / 2);
    for (let k = 0; k < kept; k++) {
      owners.push(owner);
      indices.push(k < head ? k : count - kept + k);
    }
  }
  return { owners, indices, truncated };
}

/** The largest number of windows that each value may keep so that all together stay within the limit; 0 when not even one each. */
function windowsEach(counts: readonly number[], limit: number): number {
  if (counts.reduce((sum, count) => sum + count, 0) <= limit) return Number.MAX_SAFE_INTEGER;
  let room = limit;
  let left = counts.length;
  for (const count of counts.toSorted((a, b) => a - b)) {
    const share = Math.floor(room / left);
    if (count > share) return share;
    room -= count;
    left--;
  }
  return Number.MAX_SAFE_INTEGER;
}

/**
 * The string indices of a byte range of a decoded text: the smallest `[from, to)` whose characters cover the bytes
 * `[fromByte, toByte)` of its UTF-8 form. Linear; ranges beyond the text are cut to it.
 */
export function charRange(decoded: string, fromByte: number, toByte: number): { from: number; to: number } {
  let from = decoded.length;
  let to = decoded.length;
  let byte = 0;
  let at = 0;
  while (at < decoded.length && byte < toByte) {
    const code = decoded.codePointAt(at)!;
    const next = byte + utf8Length(code);
    if (from === decoded.length && next > fromByte) from = at;
    at += code > 0xffff ? 2 : 1;
    byte = next;
  }
  if (byte >= toByte) to = at;
  return { from: Math.min(from, to), to };
}

function utf8Length(code: number): number {
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}
