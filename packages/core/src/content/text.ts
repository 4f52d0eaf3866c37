import { isUtf8 } from 'node:buffer';
import { lenientUtf8 } from './utf8.js';

/** A body's bytes as text. */
export interface BodyText {
  readonly text: string;
  /** False when the request names a charset that is unknown; the bytes were then read as UTF-8. */
  readonly known: boolean;
}

/**
 * Reads bytes in the charset that the request names, or by a byte order mark, or as UTF-8. Bytes that are no UTF-8 are
 * read leniently, so that nothing of them is lost.
 */
export function textOf(bytes: Buffer, charset: string): BodyText {
  const marked = byteOrder(bytes);
  const label = marked ?? charset.trim().toLowerCase();
  if (label === '' || label === 'utf-8' || label === 'utf8' || label === 'us-ascii') {
    return { text: utf8(bytes), known: true };
  }
  try {
    return { text: new TextDecoder(label).decode(bytes), known: true };
  } catch {
    return { text: utf8(bytes), known: false };
  }
}

function utf8(bytes: Buffer): string {
  const text = isUtf8(bytes) ? bytes.toString('utf8') : lenientUtf8(bytes).text;
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** UTF-16 shows by its mark, or by the zero beside a `<`, `{` or `[` that a document begins with (XML 1.0, appendix F). */
function byteOrder(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (second === 0 && OPENERS.includes(first ?? 0)) return 'utf-16le';
  if (first === 0 && OPENERS.includes(second ?? 0)) return 'utf-16be';
  return null;
}

const OPENERS = Buffer.from('<{[');
