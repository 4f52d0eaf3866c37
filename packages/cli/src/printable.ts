/**
 * What a terminal would act upon or not show: control characters (terminal escapes among them), bidi marks and other invisible
 * format characters, line separators, lone surrogates.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const SHORT = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/**
 * Text of unknown origin, safe to print: one line, and nothing in it moves the cursor, changes colours, reverses the reading
 * order or hides. Escapes are written as in a program (`\n`, `\x1b`, `\u{202e}`); a backslash stays one, so that paths stay readable.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (char) => SHORT.get(char) ?? escaped(char.codePointAt(0) ?? 0));
}

/** JSON that is safe to print for the same reason; a parser reads it as the same value. */
export function printableJson(value: unknown): string {
  // Outside its strings JSON has spaces and line breaks only; inside, JSON.stringify has escaped the C0 controls.
  return JSON.stringify(value, null, 2).replace(UNPRINTABLE, (char) => (char === '\n' ? char : utf16Escaped(char)));
}

function escaped(code: number): string {
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

function utf16Escaped(char: string): string {
  return Array.from({ length: char.length }, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join(
    '',
  );
}
