const SOFT_LINE_BREAK = /=[ \t]{0,76}\r?\n/g;
const ENCODED_BYTE = /=([0-9A-Fa-f]{2})/g;

/** The bytes that quoted-printable text stands for (RFC 2045 §6.7). What is not encoded stays as it is. Total and linear. */
export function decodeQuotedPrintable(bytes: Buffer): Buffer {
  const text = bytes
    .toString('latin1')
    .replace(SOFT_LINE_BREAK, '')
    .replace(ENCODED_BYTE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(text, 'latin1');
}
