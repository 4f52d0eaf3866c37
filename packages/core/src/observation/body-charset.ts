/** Charsets in which the bytes of ASCII mean ASCII: what attacks are made of reads the same in all of them. */
const ASCII_COMPATIBLE = /^(?:|utf-?8|us-ascii|ascii|latin-?1|iso-8859-\d{1,2}|windows-125\d)$/;
/** Bytes looked at to recognise UTF-16. */
const SNIFFED_BYTES = 64;

/** What a body's charset came to. */
export interface ReadableBytes {
  readonly bytes: Buffer;
  /** False when the bytes may mean other characters than they seem to. */
  readonly readable: boolean;
}

/**
 * Turns UTF-16 into UTF-8 and leaves everything else as it is. The bytes decide, not the label: parsers of XML and JSON
 * recognise UTF-16 by itself, and a label that lies would otherwise hide a body from us that the host reads.
 *
 * @param charset - as the content type names it; `''` when it names none
 * @param offset - where in the body the bytes begin
 */
export function asUtf8(bytes: Buffer, charset: string, offset = 0): ReadableBytes {
  const aligned = bytes.subarray(offset % 2);
  const order = utf16Order(aligned);
  if (order === null) return { bytes, readable: ASCII_COMPATIBLE.test(charset.toLowerCase()) || bytes.length === 0 };
  const even = aligned.subarray(0, aligned.length - (aligned.length % 2));
  const little = order === 'le' ? even : Buffer.from(even).swap16();
  return { bytes: Buffer.from(little.toString('utf16le').replace(/^\uFEFF/, ''), 'utf8'), readable: true };
}

/** By its byte-order mark, or by every other byte being zero as in Latin text. */
function utf16Order(bytes: Buffer): 'le' | 'be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'be';
  const pairs = Math.min(bytes.length, SNIFFED_BYTES) >> 1;
  if (pairs < 2) return null;
  let low = 0;
  let high = 0;
  for (let i = 0; i < pairs; i++) {
    if (bytes[2 * i] === 0) high += 1;
    if (bytes[2 * i + 1] === 0) low += 1;
  }
  const most = pairs * 0.8;
  if (low >= most && high <= pairs - most) return 'le';
  return high >= most && low <= pairs - most ? 'be' : null;
}
