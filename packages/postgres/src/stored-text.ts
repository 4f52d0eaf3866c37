import { createHash } from 'node:crypto';

/**
 * Postgres stores no NUL and no lone surrogate. The top of the last private-use plane has one character for each surrogate
 * (U+10F800 to U+10FFFF) and some below for NUL and for escaping the few texts that use these characters themselves.
 */
const SURROGATES_FROM = 0x10f800;
const NUL = '\u{10f7fe}';
const ESCAPE = '\u{10f7ff}';
/** Between texts that are searched together; no stored text has it without {@link ESCAPE} before. */
export const SEPARATOR = '\u{10f7fd}';
/** Before the hash of a text too long for an index. */
const HASHED = '\u{10f7fc}';

const UNSTORABLE = /[\0\ud800-\udfff\u{10f7fc}-\u{10ffff}]/gu;
const STORED = /\u{10f7ff}?[\u{10f7fc}-\u{10ffff}]/gu;

/** Characters of a text that has an index: a B-tree takes 2,704 bytes in all, and a character is at most 4. */
const MAX_INDEXED = 200;
const KEPT_OF_LONGER = 100;

/** The text in characters that Postgres stores. Reversible: {@link unescapeText}. */
export function escapeText(text: string): string {
  return text.replace(UNSTORABLE, (character) => {
    const codePoint = character.codePointAt(0) as number;
    if (codePoint === 0) return NUL;
    if (codePoint > 0xffff) return ESCAPE + character;
    return String.fromCodePoint(SURROGATES_FROM + codePoint - 0xd800);
  });
}

/** What {@link escapeText} was given. */
export function unescapeText(stored: string): string {
  return stored.replace(STORED, (match) => {
    if (match.startsWith(ESCAPE) && match.length > 2) return match.slice(2);
    if (match === NUL) return '\0';
    return String.fromCharCode((match.codePointAt(0) as number) - SURROGATES_FROM + 0xd800);
  });
}

/** Whether {@link indexedText} keeps the beginning of a text only. */
export function isTooLong(text: string): boolean {
  return text.length > MAX_INDEXED;
}

/** The text of a column that has an index: a long one keeps its beginning and its SHA-256, so that equal means equal. */
export function indexedText(text: string): string {
  if (!isTooLong(text)) return escapeText(text);
  const hash = createHash('sha256').update(text, 'utf16le').digest('hex');
  return `${escapeText(text.slice(0, KEPT_OF_LONGER))}${HASHED}${hash}`;
}

/** The tenant's column: no tenant is `''`, so that it is a key like any other. */
export function tenantText(tenant: string | null): string {
  return tenant === null ? '' : indexedText(`=${tenant}`);
}

/** Texts in the form they are searched in: lower case, as the memory store compares. */
export function searchText(...texts: readonly string[]): string {
  return texts.map((text) => escapeText(text.toLowerCase())).join(SEPARATOR);
}

/** A pattern for LIKE: the text anywhere. */
export function containing(text: string): string {
  return `%${escapeText(text.toLowerCase()).replace(/[\\%_]/g, '\\$&')}%`;
}
