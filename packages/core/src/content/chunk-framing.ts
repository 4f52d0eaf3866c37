/** A frame's head: its length in hexadecimal and, where it is signed, its signature (the `aws-chunked` coding of object stores). */
const FRAME_HEAD = /^([0-9a-f]{1,8})(?:;chunk-signature=[0-9a-f]{64})?$/i;
/** What may follow the last frame: checksums and signatures. */
const TRAILER = /^x-amz-[a-z0-9-]{1,40}: ?[A-Za-z0-9+/=]{1,128}$/i;
/** Longest line of the framing. */
const LINE_BYTES = 256;

/**
 * The data of a body that came in frames inside the body, as uploads to object stores do, or null for any other body. Strict:
 * every byte that is left out is a length, a checksum, a signature or a line end, so nothing can hide between the frames; a
 * body that holds another request after a last frame (`0`) is not of this kind. Linear.
 *
 * @param isLate - asked with each frame; when it is so, the body is left as it is
 */
export function withoutChunkFraming(bytes: Buffer, isLate: () => boolean = () => false): Buffer | null {
  const frames: Buffer[] = [];
  let at = 0;
  for (;;) {
    const head = lineAt(bytes, at);
    const size = head === null ? null : FRAME_HEAD.exec(head.text);
    if (head === null || size === null || isLate()) return null;
    const length = Number.parseInt(size[1] ?? '', 16);
    at = head.end;
    if (length === 0) break;
    const end = at + length;
    if (bytes[end] !== 0x0d || bytes[end + 1] !== 0x0a) return null;
    frames.push(bytes.subarray(at, end));
    at = end + 2;
  }
  return frames.length > 0 && onlyTrailers(bytes, at) ? Buffer.concat(frames) : null;
}

function onlyTrailers(bytes: Buffer, from: number): boolean {
  let at = from;
  while (at < bytes.length) {
    const line = lineAt(bytes, at);
    if (line === null) return TRAILER.test(bytes.toString('latin1', at, at + LINE_BYTES + 1));
    if (line.text !== '' && !TRAILER.test(line.text)) return false;
    at = line.end;
  }
  return true;
}

/** The line that begins at a byte and where the next one begins; null when it does not end within {@link LINE_BYTES}. */
function lineAt(bytes: Buffer, at: number): { text: string; end: number } | null {
  const end = bytes.subarray(at, at + LINE_BYTES).indexOf('\r\n', 0, 'latin1');
  return end < 0 ? null : { text: bytes.toString('latin1', at, at + end), end: at + end + 2 };
}
