/** Encodings in which every character takes two or four bytes, those of ASCII too: read as bytes, nothing in them shows. */
export type WideEncoding = 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

/** Bytes of a unit, and which of them holds the low eight bits. */
const LAYOUT: Readonly<Record<WideEncoding, { readonly width: number; readonly low: number }>> = {
  'utf-16le': { width: 2, low: 0 },
  'utf-16be': { width: 2, low: 1 },
  'utf-32le': { width: 4, low: 0 },
  'utf-32be': { width: 4, low: 3 },
};
const ENCODINGS = Object.keys(LAYOUT) as readonly WideEncoding[];

/** Byte-order marks; the longer ones first, because one of them begins with another. */
const MARKS: readonly (readonly [WideEncoding, readonly number[]])[] = [
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** Labels without punctuation, as the Encoding standard and the parsers of Node know them. Without an order it may be either. */
const LABELS = new Map<string, readonly WideEncoding[]>([
  ...['utf16', 'ucs2', 'unicode', 'iso10646ucs2', 'csunicode'].map((name) => [name, both('utf-16')] as const),
  ...['utf32', 'ucs4', 'iso10646ucs4'].map((name) => [name, both('utf-32')] as const),
  ...ENCODINGS.map((name) => [name.replace('-', ''), [name]] as const),
  ['ucs2le', ['utf-16le']],
  ['unicodefeff', ['utf-16le']],
  ['unicodefffe', ['utf-16be']],
  ['ucs4le', ['utf-32le']],
  ['ucs4be', ['utf-32be']],
]);

function both(name: 'utf-16' | 'utf-32'): readonly WideEncoding[] {
  return [`${name}le`, `${name}be`];
}

/** Bytes looked at to recognise an encoding. */
const SNIFFED_BYTES = 64;
/** Share of Latin characters from which bytes are recognised without a mark. */
const MOSTLY = 0.8;
/** What documents begin with (XML 1.0, appendix F; RFC 4627 §3). */
const OPENERS = Buffer.from('<{[');

/** The wide encodings that a label, in lower-case letters and digits, may mean; none for the label of anything else. */
export function wideEncodingsNamed(label: string): readonly WideEncoding[] {
  return LABELS.get(label) ?? [];
}

/** The wide encoding that bytes show by their byte-order mark, or by the zeros of Latin text or of a document's beginning. */
export function wideEncodingOf(bytes: Buffer): WideEncoding | null {
  // Only a mark begins with one of the two highest bytes; without one it takes a zero to show.
  if (bytes.length > 0 && bytes[0]! < 0xfe && !bytes.subarray(0, SNIFFED_BYTES).includes(0)) return null;
  const marked = MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte));
  if (marked !== undefined) return marked[0];
  return ENCODINGS.find((encoding) => latinShare(bytes, encoding) >= MOSTLY || opens(bytes, encoding)) ?? null;
}

/** The text of bytes in a wide encoding, without its byte-order mark. What is no character becomes U+FFFD. */
export function decodeWide(bytes: Buffer, encoding: WideEncoding): string {
  const { width } = LAYOUT[encoding];
  const whole = bytes.subarray(0, bytes.length - (bytes.length % width));
  if (width === 2) return new TextDecoder(encoding).decode(whole);
  const units: string[] = [];
  for (let at = 0; at < whole.length; at += width) {
    const code = encoding === 'utf-32le' ? whole.readUInt32LE(at) : whole.readUInt32BE(at);
    units.push(code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\ufffd' : String.fromCodePoint(code));
  }
  return (units[0] === '\ufeff' ? units.slice(1) : units).join('');
}

/** A piece from the middle of a text in a wide encoding, from its first whole unit on. */
export function alignedTo(encoding: WideEncoding, piece: Buffer): Buffer {
  const starts = Array.from({ length: LAYOUT[encoding].width }, (_, offset) => piece.subarray(offset));
  return starts.reduce((best, other) => (latinShare(other, encoding) > latinShare(best, encoding) ? other : best));
}

/** Share of the first units that are characters of Latin-1 other than NUL; 0 where there are fewer than two units. */
function latinShare(bytes: Buffer, encoding: WideEncoding): number {
  const { width } = LAYOUT[encoding];
  const units = Math.floor(Math.min(bytes.length, SNIFFED_BYTES) / width);
  let latin = 0;
  for (let unit = 0; unit < units; unit++) {
    if (latinAt(bytes, unit * width, encoding) > 0) latin += 1;
  }
  return units < 2 ? 0 : latin / units;
}

function opens(bytes: Buffer, encoding: WideEncoding): boolean {
  return OPENERS.includes(latinAt(bytes, 0, encoding)) && latinAt(bytes, LAYOUT[encoding].width, encoding) > 0;
}

/** The Latin-1 character of the unit at an offset; 0 when it is another one, or NUL, or beyond the end. */
function latinAt(bytes: Buffer, at: number, encoding: WideEncoding): number {
  const { width, low } = LAYOUT[encoding];
  for (let i = 0; i < width; i++) {
    if (i !== low && bytes[at + i] !== 0) return 0;
  }
  return bytes[at + low] ?? 0;
}
