import type { Span } from './span.js';

/** Which ASCII characters belong together. */
export type CharClass = Readonly<Uint8Array>;

const ASCII_CHARS = 128;

/** @param pattern - matches single characters */
export function charClass(pattern: RegExp): CharClass {
  return Uint8Array.from({ length: ASCII_CHARS }, (_, code) => (pattern.test(String.fromCharCode(code)) ? 1 : 0));
}

/**
 * The first stretch between `from` and `end` that has at least `least` characters of one class, as long as it goes; null
 * when there is none. Where such stretches are rare, most characters are never looked at: one outside the class rules
 * out every stretch across it.
 */
export function nextRun(
  text: string,
  from: number,
  least: number,
  chars: CharClass,
  end: number = text.length,
): Span | null {
  let start = from;
  while (start + least <= end) {
    let i = start + least - 1;
    while (i >= start && chars[text.charCodeAt(i)] === 1) i -= 1;
    if (i < start) {
      let to = start + least;
      while (to < end && chars[text.charCodeAt(to)] === 1) to += 1;
      return { from: start, to };
    }
    start = i + 1;
  }
  return null;
}
