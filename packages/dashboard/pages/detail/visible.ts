/** Controls, line and paragraph separators, marks that turn the direction of writing, joiners of no width, and lone surrogates. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Text of an attacker with nothing in it that hides or moves what is around it: such characters are written as `\u{202e}`. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (hidden) =>
    hidden === '\n' || hidden === '\t' ? hidden : `\\u{${hidden.codePointAt(0)?.toString(16)}}`,
  );
}
