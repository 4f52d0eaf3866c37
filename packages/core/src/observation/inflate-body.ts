import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';

/** What came out of a content decoding. */
export interface Inflated {
  /** As much as came out, from the beginning; at most the limit. */
  readonly bytes: Buffer;
  /** `whole`; `cut` at the limit; `broken`: the bytes are not what the header says, from some point on. */
  readonly outcome: 'whole' | 'cut' | 'broken';
}

/** More codings than this on one body are no longer taken off. Real ones have one. */
const MAX_CODINGS = 3;

// Flushing at the end instead of finishing: a body that was cut by us gives what it has.
const zlibOptions = { finishFlush: zlib.constants.Z_SYNC_FLUSH };
const brotliOptions = { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH };
/** Node has it from 22.15 and 23.8 on; a cut stream is no error to it. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };

const DECODERS: ReadonlyMap<string, (bytes: Buffer) => Transform> = new Map<string, (bytes: Buffer) => Transform>([
  ['gzip', () => zlib.createGunzip(zlibOptions)],
  ['x-gzip', () => zlib.createGunzip(zlibOptions)],
  // RFC 9110 §8.4.1.2 means the zlib format; some clients send the bare stream, whose first byte is no zlib header.
  ['deflate', (bytes) => (isZlib(bytes) ? zlib.createInflate(zlibOptions) : zlib.createInflateRaw(zlibOptions))],
  ['br', () => zlib.createBrotliDecompress(brotliOptions)],
  ...(createZstdDecompress === undefined ? [] : [['zstd', () => createZstdDecompress()] as const]),
]);

/**
 * Takes the codings of a `Content-Encoding` header off, on the thread pool, and stops at the limit: what would inflate
 * further is never made. Never rejects.
 *
 * @returns null when the header names a coding that is not known here
 */
export async function inflateBody(
  bytes: Buffer,
  contentEncoding: string,
  limitBytes: number,
): Promise<Inflated | null> {
  const codings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length > MAX_CODINGS || !codings.every((coding) => DECODERS.has(coding))) return null;
  let inflated: Inflated = { bytes, outcome: 'whole' };
  for (const coding of codings.reverse()) {
    const next = await inflate(inflated.bytes, coding, limitBytes);
    inflated = { bytes: next.bytes, outcome: next.outcome === 'whole' ? inflated.outcome : next.outcome };
  }
  return inflated;
}

function inflate(bytes: Buffer, coding: string, limitBytes: number): Promise<Inflated> {
  return new Promise((resolve) => {
    const decoder = DECODERS.get(coding)?.(bytes) as Transform;
    const chunks: Buffer[] = [];
    let total = 0;
    const finish = (outcome: Inflated['outcome']): void => {
      decoder.destroy();
      resolve({ bytes: Buffer.concat(chunks).subarray(0, limitBytes), outcome });
    };
    decoder.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      total += chunk.length;
      if (total > limitBytes) finish('cut');
    });
    decoder.on('end', () => finish('whole'));
    decoder.on('error', () => finish('broken'));
    decoder.end(bytes);
  });
}

/** RFC 1950 §2.2: the method is 8 and the first two bytes are a multiple of 31. */
function isZlib(bytes: Buffer): boolean {
  const [first = 0, second = 0] = bytes;
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}
