import { isUtf8 } from 'node:buffer';
import { controlShare } from './binary.js';
import { isSerialized } from './serialized.js';

const DATA_URI = /^data:[^,]{0,128};base64,/i;
/** Both alphabets of RFC 4648, line breaks of MIME, and padding. */
const BASE64 = /^[A-Za-z0-9+/_\-\r\n]+={0,2}$/;
/** Control characters that a text may hold, as a share; more is a coincidence of bytes. */
const MAX_CONTROL_SHARE = 0.05;

/**
 * What a base64 text hides when that is text (UTF-8, or UTF-16 as PowerShell takes it) or a serialised object, the latter
 * one character per byte; else null, as for ids that happen to be in the alphabet.
 */
export function decodeBase64(text: string): string | null {
  const base64 = (DATA_URI.test(text) ? text.replace(DATA_URI, '') : text).trim();
  if (!BASE64.test(base64)) return null;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length === 0) return null;
  if (isSerialized(bytes)) return bytes.toString('latin1');
  if (isUtf16(bytes)) return bytes.toString('utf16le');
  return isUtf8(bytes) && controlShare(bytes) <= MAX_CONTROL_SHARE ? bytes.toString('utf8') : null;
}

/** Latin letters in UTF-16: every second byte is zero, and no other. */
function isUtf16(bytes: Buffer): boolean {
  if (bytes.length < 8 || bytes.length % 2 !== 0) return false;
  for (let i = 0; i < bytes.length; i += 2) {
    if (bytes[i] === 0 || bytes[i + 1] !== 0) return false;
  }
  return true;
}
