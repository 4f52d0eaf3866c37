import type { Span } from './span.js';

/** Which ASCII characters belong together. */
export type CharClass = Readonly<Uint8Array>;

const ASCII_CHARS = 128;

/** @param pattern - matches single characters */
export function charClass(pattern: RegExp): CharClass {
  return Uint8Array.from({ length: ASCII_CHARS }, (_, code) => (pattern.test(String.fromCharCode(code)) ? 1 : 0));
}

/**
 * The first stretch at or behind `from` that has at least `least` characters of one class, as long as it goes; null when
 * there is none. Where such stretches are rare, most characters are never looked at: one outside the class rules out
 * every stretch across it.
 */
export function nextRun(text: string, from: number, least: number, chars: CharClass): Span | null {
  let start = from;
  while (start + least <= text.length) {
    let i = start + least - 1;
    while (i >= start && chars[text.charCodeAt(i)] === 1) i -= 1;
    if (i < start) {
      let end = start + least;
      while (end < text.length && chars[text.charCodeAt(end)] === 1) end += 1;
      return { from: start, to: end };
    }
    start = i + 1;
  }
  return null;
}
