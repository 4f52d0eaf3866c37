/** Classes of characters, as bits: of more than one, their sum. */
export const CharacterClass = {
  LETTER: 0x1,
  DIGIT: 0x2,
  SPACE: 0x4,
  /** Below the space: tabs and line ends among them. */
  CONTROL: 0x8,
  DASH: 0x10,
  UNDERSCORE: 0x20,
  DOT: 0x40,
  SLASH: 0x80,
  PLUS: 0x100,
  AT: 0x200,
  COLON: 0x400,
  COMMA: 0x800,
  EQUALS: 0x1000,
  PERCENT: 0x2000,
  AMPERSAND: 0x4000,
  BACKSLASH: 0x8000,
  /** Quotes, brackets and what else there is in ASCII. */
  OTHER: 0x10000,
  NON_ASCII: 0x20000,
} as const;

const OF_CHARACTER = new Map<string, number>([
  [' ', CharacterClass.SPACE],
  ['-', CharacterClass.DASH],
  ['_', CharacterClass.UNDERSCORE],
  ['.', CharacterClass.DOT],
  ['/', CharacterClass.SLASH],
  ['+', CharacterClass.PLUS],
  ['@', CharacterClass.AT],
  [':', CharacterClass.COLON],
  [',', CharacterClass.COMMA],
  ['=', CharacterClass.EQUALS],
  ['%', CharacterClass.PERCENT],
  ['&', CharacterClass.AMPERSAND],
  ['\\', CharacterClass.BACKSLASH],
]);

const OF_ASCII = Int32Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (character < ' ') return CharacterClass.CONTROL;
  if (/[A-Za-z]/.test(character)) return CharacterClass.LETTER;
  if (/[0-9]/.test(character)) return CharacterClass.DIGIT;
  return OF_CHARACTER.get(character) ?? CharacterClass.OTHER;
});

/** The class of a UTF-16 code unit. */
export function classOf(code: number): number {
  return code < 128 ? (OF_ASCII[code] as number) : CharacterClass.NON_ASCII;
}

/**
 * The classes of the characters that a text consists of. One walk says what many patterns would each walk for: whether anything
 * in it can be encoded, and which patterns for plain values are worth a try.
 */
export function charactersOf(text: string): number {
  let classes = 0;
  for (let at = 0; at < text.length; at++) classes |= classOf(text.charCodeAt(at));
  return classes;
}

/** Whether a text with these classes of characters has none of a class that is not allowed. */
export function consistsOf(characters: number, allowed: number): boolean {
  return (characters & ~allowed) === 0;
}
