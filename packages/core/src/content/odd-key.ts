const PLAIN_KEY = /^[A-Za-z0-9_.[\]-]{0,64}$/;
/** Shorter than any reaching name. */
const WORD_KEY = /^[A-Za-z0-9_-]{0,8}$/;
const PROPERTY_PATH = /\..*\./;
const BETWEEN_PARTS = /[.[\]]+/;
/** Names that reach behind the data: an object's prototype, a class, the loader of a Java bean's class. */
const REACHING = new Set(['constructor', 'prototype', 'classloader']);

/**
 * Whether a key deserves a look of its own: anything but letters, digits, `_`, `-`, a dot and brackets around such names,
 * or a name that reaches into a program (`__proto__`, `constructor`, `class.module.classLoader`, `a.long.property.path`).
 */
export function isOddKey(name: string): boolean {
  // Most are one short word.
  if (WORD_KEY.test(name) && !name.startsWith('__')) return false;
  if (!PLAIN_KEY.test(name) || PROPERTY_PATH.test(name)) return true;
  return name.split(BETWEEN_PARTS).some(isReaching);
}

function isReaching(part: string): boolean {
  if (part.length > 4 && part.startsWith('__') && part.endsWith('__')) return true;
  return part.length >= 9 && REACHING.has(part.toLowerCase());
}
