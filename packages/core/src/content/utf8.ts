/** Text made of bytes, and whether an overlong sequence, which UTF-8 forbids, hid a character in it. */
export interface LenientText {
  readonly text: string;
  readonly overlong: boolean;
}

/**
 * Reads bytes as UTF-8 the way lenient decoders do: an overlong sequence becomes the character it hides (`C0 AF` → `/`,
 * `C1 9C` and `C1 1C` → `\`), a byte that is no UTF-8 becomes the Latin-1 character of that number. Total and linear.
 */
export function lenientUtf8(bytes: ArrayLike<number>): LenientText {
  // No sequence has fewer bytes than the text has units for it.
  const units = new Uint16Array(bytes.length);
  let count = 0;
  let overlong = false;
  let i = 0;
  while (i < bytes.length) {
    const first = bytes[i]!;
    const follow = followingBytes(first);
    const code = follow === 0 ? first : codePoint(bytes, i, follow);
    if (code < 0) {
      units[count++] = first;
      i += 1;
      continue;
    }
    if (code < SMALLEST[follow]!) overlong = true;
    if (code > 0xffff) {
      units[count++] = 0xd800 | ((code - 0x10000) >> 10);
      units[count++] = 0xdc00 | (code & 0x3ff);
    } else units[count++] = code;
    i += follow + 1;
  }
  return { text: textOfUnits(units.subarray(0, count)), overlong };
}

/** Units that become a text at once: so many arguments every engine takes. */
const CHUNK_UNITS = 4096;

function textOfUnits(units: Uint16Array): string {
  let text = '';
  for (let at = 0; at < units.length; at += CHUNK_UNITS) {
    text += Reflect.apply(String.fromCharCode, null, units.subarray(at, at + CHUNK_UNITS));
  }
  return text;
}

/** Bytes that follow a first byte, by the original definition of up to six bytes (RFC 2279 §2). */
function followingBytes(first: number): number {
  if (first < 0xc0 || first > 0xfd) return 0;
  return first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf8 ? 3 : first < 0xfc ? 4 : 5;
}

/** Smallest code point that needs so many bytes after the first. */
const SMALLEST = [0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000] as const;

/** The code point of a sequence, or -1 when the bytes are none. */
function codePoint(bytes: ArrayLike<number>, at: number, follow: number): number {
  const first = bytes[at]!;
  const second = bytes[at + 1] ?? 0;
  // C0 and C1 begin nothing valid. Decoders that only mask read dots, slashes and backslashes out of the byte behind them. Of
  // ASCII they make letters: only the one that becomes a backslash is taken for it, or C1 would hide a quote behind it.
  if (first <= 0xc1 && (second >= 0x80 || (first === 0xc1 && second === 0x1c)))
    return ((first & 1) << 6) | (second & 0x3f);
  let code = first & (0x3f >> follow);
  for (let k = 1; k <= follow; k++) {
    const next = bytes[at + k] ?? 0;
    if ((next & 0xc0) !== 0x80) return -1;
    code = (code << 6) | (next & 0x3f);
  }
  return code > 0x10ffff || code < 0 ? -1 : code;
}

const HIGH_BYTE = /[\u0080-\u00ff]/;
const BEYOND_BYTES = /[^\u0000-\u00ff]/;

/** Node hands request targets and headers over as Latin-1, one character per byte: this is the text that was sent. */
export function textOfLatin1(latin1: string): string {
  if (!HIGH_BYTE.test(latin1) || BEYOND_BYTES.test(latin1)) return latin1;
  return lenientUtf8(Buffer.from(latin1, 'latin1')).text;
}
