/** Bytes at the beginning and at the end that decide whether a body is text. */
const SAMPLE_BYTES = 1024;
/** Random bytes hold 11 % control characters, text in any language next to none. */
const MAX_CONTROL_SHARE = 0.04;

/**
 * Whether bytes are no text: images, archives, compressed or encrypted data. Judged by the bytes alone, so that a script
 * behind an image's magic number is still text.
 */
export function isBinary(bytes: Buffer): boolean {
  const head = bytes.subarray(0, SAMPLE_BYTES);
  const tail = bytes.subarray(Math.max(SAMPLE_BYTES, bytes.length - SAMPLE_BYTES));
  return controlShare(head) > MAX_CONTROL_SHARE && (tail.length < 64 || controlShare(tail) > MAX_CONTROL_SHARE);
}

/**
 * Whether text that was read two or four bytes to the character is none: of such units taken at random many are characters that
 * nobody has assigned or that are for private use.
 */
export function isNoise(text: string): boolean {
  const head = text.slice(0, SAMPLE_BYTES);
  return head.replace(NO_CHARACTER, '').length < head.length * (1 - MAX_CONTROL_SHARE);
}

const NO_CHARACTER = /[^\P{Cc}\t\n\f\r]|[\p{Cn}\p{Co}\p{Cs}\ufffd]/gu;

/** Share of control characters other than white space, in [0, 1]. */
export function controlShare(bytes: Buffer): number {
  if (bytes.length === 0) return 0;
  let controls = 0;
  for (const byte of bytes) {
    if ((byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c) || byte === 0x7f) controls++;
  }
  return controls / bytes.length;
}
