import pc from 'picocolors';

/** Attackers write in here: what would move the cursor, ring the bell or hide is shown as `\u{…}` instead. */
export function printable(text) {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0).toString(16)}}`);
}

/** At most `length` characters, with an ellipsis where something was cut. */
export function shorten(text, length) {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** The same, with the beginning cut. */
export function shortenStart(text, length) {
  return text.length <= length ? text : `…${text.slice(1 - length)}`;
}

/** Writes one line. */
export function line(text = '') {
  process.stdout.write(`${text}\n`);
}

const COLOURS = { low: pc.dim, medium: pc.yellow, high: pc.red, critical: (text) => pc.bold(pc.red(text)) };

/** A level in capitals, its colour, and its own width. */
export function levelText(level) {
  return COLOURS[level](level.toUpperCase().padEnd(8));
}
