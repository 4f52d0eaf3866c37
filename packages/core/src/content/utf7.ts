/** `utf-7-imap` is the variant for mailbox names (RFC 3501 §5.1.3). */
export type Utf7Variant = 'utf-7' | 'utf-7-imap';

/** How each variant shifts into base64 and back. Fewer than three digits hold no character. */
const SHIFTED: Readonly<Record<Utf7Variant, RegExp>> = {
  'utf-7': /\+([A-Za-z0-9+/]{3,}|(?=-))-?/g,
  'utf-7-imap': /&([A-Za-z0-9+,]{3,}|(?=-))-?/g,
};

/** Value of each base64 digit by its character code; the variants differ in the last one. */
const DIGITS = new Uint8Array(128);
for (const [value, digit] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) {
  DIGITS[digit.charCodeAt(0)] = value;
}
DIGITS[','.charCodeAt(0)] = 63;

/**
 * The text that UTF-7 (RFC 2152) stands for. Characters of ASCII may hide in it: `+ADw-` is `<`. What is no UTF-7 stays as it
 * is. Total and linear.
 */
export function decodeUtf7(text: string, variant: Utf7Variant): string {
  return text.replace(SHIFTED[variant], (found, base64: string) => {
    return base64 === '' ? found.charAt(0) : unshifted(base64);
  });
}

/** UTF-16 in base64, most significant bit first; bits that are left over are padding. */
function unshifted(base64: string): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (let i = 0; i < base64.length; i++) {
    bits = ((bits << 6) | DIGITS[base64.charCodeAt(i)]!) & 0x3fffff;
    held += 6;
    if (held < 16) continue;
    held -= 16;
    text += String.fromCharCode((bits >> held) & 0xffff);
  }
  return text;
}
