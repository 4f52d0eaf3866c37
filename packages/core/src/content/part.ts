import { textOfLatin1 } from './utf8.js';

/** Bytes of one part's headers; real ones are a tenth of it. */
const HEADER_BYTES = 8192;
const BLANK_LINE = /\r?\n\r?\n/;
/** A line that continues the one before it (RFC 5322 §2.2.3). */
const FOLD = /\r?\n[ \t]+/g;

/** One part of a multipart body, taken apart. */
export interface Part {
  /** Lower-case names; the values of a repeated header are joined. */
  readonly headers: ReadonlyMap<string, string>;
  /** Lines among the headers that are none. */
  readonly stray: readonly string[];
  readonly content: Buffer;
}

/** Takes a part apart, from behind its delimiter to the next one. Without a blank line everything is content. */
export function splitPart(part: Buffer): Part {
  const head = part.toString('latin1', 0, Math.min(HEADER_BYTES, part.length));
  const blank = BLANK_LINE.exec(head);
  const end = blank === null ? 0 : blank.index + blank[0].length;
  const headers = new Map<string, string>();
  const stray: string[] = [];
  for (const line of textOfLatin1(head.slice(0, end)).replace(FOLD, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon <= 0) {
      if (line.trim() !== '') stray.push(line.trim());
      continue;
    }
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}; ${value}`);
  }
  return { headers, stray, content: part.subarray(end, part.length - lineEndLength(part)) };
}

/** Length of the line end before the next delimiter, which belongs to the delimiter. */
function lineEndLength(part: Buffer): number {
  if (part.at(-1) !== LINE_FEED) return 0;
  return part.at(-2) === CARRIAGE_RETURN ? 2 : 1;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
