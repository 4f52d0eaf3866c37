import { CharacterClass, consistsOf } from './characters.js';
import type { DecodedValue } from './content-value.js';
import { hasProbingWord, hasQueryWord, isEverydayWord } from './probing-words.js';
import { namesCommand, namesLocation } from './telling-name.js';

/** Longest text that is considered; anything longer is read by the model, except base64. */
const MAX_PLAIN_CHARS = 512;

/** Longest token: an id, a name. */
const MAX_TOKEN_CHARS = 64;
const HEX_BYTE_INSIDE = /.0x/i;
/** Hashes up to the length of a SHA-512, and UUIDs. */
const HEX = /^[0-9a-fA-F-]{1,128}$/;
/** Letters of any script; those of ASCII alone are matched in half the time. */
const LATIN_WORDS = /^[A-Za-z]{1,32}(?: [A-Za-z]{1,32}){0,2}$/;
const WORDS = /^[\p{L}\p{M}]{1,32}(?: [\p{L}\p{M}]{1,32}){0,2}$/u;
/** A separator, a quote that somebody types: one character is nobody's attack, only the test of what the next one may be. */
const ONE_CHARACTER = /^.$/su;
const NUMBER = /^[+-]?\d{1,20}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?%?$/;
/** Coordinates, a few ids; longer lists can be a text in character codes. */
const NUMBER_LIST = /^-?\d{1,20}(?:\.\d{1,20})?(?:, ?-?\d{1,20}(?:\.\d{1,20})?){1,7}$/;
const VERSION = /^v?\d{1,6}\.\d{1,6}(?:\.\d{1,6})?(?:-[A-Za-z0-9]{1,16})?$/;
const DATE_TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?: ?(?:Z|[+-]\d\d:?\d\d))?)?$/;
const TIME = /^\d\d:\d\d(?::\d\d)?$/;
const EMAIL = /^[A-Za-z0-9_-]{1,64}(?:[.+][A-Za-z0-9_-]{1,64}){0,4}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}$/;
const MEDIA_TYPE = /^(?:application|audio|font|image|text|video)\/[A-Za-z0-9][A-Za-z0-9.+-]{0,63}$/;
/** Header, payload and signature of a JWT; what they carry is a value of its own. */
const JWT = /^eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

const { LETTER, DIGIT, SPACE, DASH, UNDERSCORE, DOT, SLASH, PLUS, AT, COLON, COMMA, PERCENT, NON_ASCII } =
  CharacterClass;
const OF_TOKENS = LETTER | DIGIT | DASH | UNDERSCORE;
const OF_WORDS = LETTER | SPACE | NON_ASCII;
/** Each with the classes of characters that a text must have, and those that it may have besides: of others it need not be tried. */
const WORDLESS = [
  { pattern: HEX, must: 0, may: LETTER | DIGIT | DASH },
  { pattern: NUMBER, must: DIGIT, may: LETTER | DASH | DOT | PLUS | PERCENT },
  { pattern: DATE_TIME, must: DIGIT | DASH, may: LETTER | PLUS | COLON | DOT | SPACE },
  { pattern: EMAIL, must: AT | DOT, may: LETTER | DIGIT | DASH | UNDERSCORE | PLUS },
  { pattern: MEDIA_TYPE, must: LETTER | SLASH, may: DIGIT | DASH | DOT | PLUS },
  { pattern: JWT, must: LETTER | DOT, may: DIGIT | DASH | UNDERSCORE },
  { pattern: NUMBER_LIST, must: DIGIT | COMMA, may: DASH | DOT | SPACE },
  { pattern: VERSION, must: DIGIT | DOT, may: LETTER | DASH },
  { pattern: TIME, must: DIGIT | COLON, may: 0 },
];

const PLAIN_PATH = /^(?:\/[A-Za-z0-9_-]{1,64})*\/?$/;

const BASE64 = /^(?:data:(?:image|audio|video|font)\/[a-z0-9.-]{1,64};base64,)?[A-Za-z0-9+/_\-\r\n]+={0,2}$/;
const MANY_SLASHES = '///';

/** What has no letter beside a letter is no command; nor are a flag and a long id. */
const WORD_INSIDE = /\p{L}\p{L}/u;
const FLAG_OR_ID = /^(?:true|false|[0-9a-f-]{8,128})$/i;
/** This machine and its neighbours, by name or as a number in one of the forms that resolvers take: `127.1`, `2130706433`, `0x7f000001`. */
const NEAR_HOST = /^(?:localhost|loopback|intranet|metadata|0x[0-9a-f]{1,16}|\d{8,20}|\d{1,10}(?:\.\d{1,10}){1,3})$/i;

/** A server's name or address and port, as the header that holds it may say; any is as good as another there. */
const OWN_HOST = /^(?:[a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** What a client calls itself is always read: scanners give their name, in one plain word. */
const USER_AGENT = 'header.user-agent';

/** What triage looks at. */
type Triaged = Omit<DecodedValue, 'text' | 'plain'>;

/**
 * Whether a value is so plain that no model is needed: numbers, ids, dates, a few words. A pattern is here only because no
 * attack can be written in it; where the name says what is done with the value, what would be an attack there is not plain:
 * words that are run, hosts that are asked. Keys never are plain: only odd ones become values. Nor is what an overlong sequence hid.
 * Linear in the text.
 */
export function isPlain(value: Triaged): boolean {
  const { kind, place, name, decoded, chain, characters } = value;
  if (kind === 'key' || place === USER_AGENT || chain.includes('overlong-utf8')) return false;
  if (kind === 'header' && name === 'host' && OWN_HOST.test(decoded)) return !decoded.includes('..');
  if (decoded.length > MAX_PLAIN_CHARS) return isBlob(decoded);
  // Two dashes begin a comment in SQL; in a JWT they are chance.
  if ((characters & DASH) !== 0 && decoded.includes('--')) return JWT.test(decoded);
  if (kind === 'path') return chain.length === 0 && PLAIN_PATH.test(decoded) && !hasProbingWord(decoded);
  return looksPlain(value) && !isRun(value) && !isAsked(value);
}

function looksPlain({ name, decoded, characters }: Triaged): boolean {
  if (isToken(decoded, characters)) {
    if (HEX.test(decoded) || (name !== '' && isEverydayWord(decoded))) return true;
    return !HEX_BYTE_INSIDE.test(decoded) && !hasProbingWord(decoded);
  }
  if (areWords(decoded, characters)) return !hasProbingWord(decoded) && !hasQueryWord(decoded);
  if (consistsOf(characters, SPACE) || (decoded.length <= 2 && ONE_CHARACTER.test(decoded))) return true;
  return WORDLESS.some(({ pattern, must, may }) => {
    return (characters & must) === must && consistsOf(characters, must | may) && pattern.test(decoded);
  });
}

/** An id, a name: nothing in it can begin, end or join anything, unless it spells bytes in hex or a Python name. */
function isToken(decoded: string, characters: number): boolean {
  return decoded.length <= MAX_TOKEN_CHARS && consistsOf(characters, OF_TOKENS) && !decoded.startsWith('__');
}

function areWords(decoded: string, characters: number): boolean {
  if (!consistsOf(characters, OF_WORDS)) return false;
  return (consistsOf(characters, LETTER | SPACE) ? LATIN_WORDS : WORDS).test(decoded);
}

/** Under the name of a command, every word may be one. */
function isRun({ name, decoded }: Triaged): boolean {
  return namesCommand(name) && WORD_INSIDE.test(decoded) && !FLAG_OR_ID.test(decoded);
}

/** Headers with such names hold hosts by nature, the server's own first of all. */
function isAsked({ kind, name, decoded }: Triaged): boolean {
  return kind !== 'header' && NEAR_HOST.test(decoded) && namesLocation(name);
}

/** An image or a file in base64: any text that it hides is a value of its own. A path padded to this length is none. */
function isBlob(text: string): boolean {
  if (!BASE64.test(text) || text.includes(MANY_SLASHES)) return false;
  return /[a-z]/.test(text) && /[A-Z]/.test(text) && /[0-9]/.test(text) && !hasProbingWord(text);
}
