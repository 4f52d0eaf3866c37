import { CharacterClass, charactersOf, consistsOf } from './characters.js';

const { LETTER, DIGIT, DASH, UNDERSCORE } = CharacterClass;
const PLAIN_KEY = /^[A-Za-z0-9_.[\]-]{0,64}$/;
/** Characters of the longest plain key. */
const MAX_PLAIN_CHARS = 64;
const PROPERTY_PATH = /\..*\./;
const BETWEEN_PARTS = /[.[\]]+/;
/** Names that reach behind the data: an object's prototype, a class, the loader of a Java bean's class. */
const REACHING = new Set(['constructor', 'prototype', 'classloader']);
/** Characters of the shortest and the longest of them. */
const MIN_REACHING_CHARS = 9;
const MAX_REACHING_CHARS = 11;

/**
 * Whether a key deserves a look of its own: anything but letters, digits, `_`, `-`, a dot and brackets around such names,
 * or a name that reaches into a program (`__proto__`, `constructor`, `class.module.classLoader`, `a.long.property.path`).
 */
export function isOddKey(name: string): boolean {
  // Most are one word.
  if (name.length <= MAX_PLAIN_CHARS && consistsOf(charactersOf(name), LETTER | DIGIT | DASH | UNDERSCORE)) {
    return isReaching(name);
  }
  if (!PLAIN_KEY.test(name) || PROPERTY_PATH.test(name)) return true;
  return name.split(BETWEEN_PARTS).some(isReaching);
}

function isReaching(part: string): boolean {
  if (part.length > 4 && part.startsWith('__') && part.endsWith('__')) return true;
  if (part.length < MIN_REACHING_CHARS || part.length > MAX_REACHING_CHARS) return false;
  return REACHING.has(part.toLowerCase());
}
