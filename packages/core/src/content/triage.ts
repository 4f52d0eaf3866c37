import type { DecodedValue } from './content-value.js';
import { hasProbingWord } from './probing-words.js';

/** Longest text that is considered; anything longer is read by the model. */
const MAX_PLAIN_CHARS = 512;

/** An id, a name: nothing in it can begin, end or join anything, unless it spells bytes in hex or a Python name. */
const TOKEN = /^(?!__)[A-Za-z0-9_-]{0,64}$/;
const HEX_BYTE_INSIDE = /.0x/i;
/** Hashes up to the length of a SHA-512, and UUIDs. */
const HEX = /^[0-9a-fA-F-]{1,128}$/;
/** Letters of any script. */
const WORDS = /^[\p{L}\p{M}]{1,32}(?: [\p{L}\p{M}]{1,32}){0,2}$/u;
const BLANK = /^ *$/;
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
const WORDLESS = [BLANK, HEX, NUMBER, DATE_TIME, EMAIL, MEDIA_TYPE, JWT, NUMBER_LIST, VERSION, TIME];

const PLAIN_PATH = /^(?:\/[A-Za-z0-9_-]{1,64})*\/?$/;

/** What a client calls itself is always read: scanners give their name, in one plain word. */
const USER_AGENT = 'header.user-agent';

/**
 * Whether a value is so plain that no model is needed: numbers, ids, dates, a few words. A pattern is here only because no
 * attack can be written in it. Keys never are plain: only odd ones become values. Nor is what an overlong sequence hid.
 * Linear in the text.
 */
export function isPlain(value: DecodedValue): boolean {
  const { kind, place, decoded, chain } = value;
  if (kind === 'key' || place === USER_AGENT || decoded.length > MAX_PLAIN_CHARS) return false;
  if (chain.includes('overlong-utf8')) return false;
  // Two dashes begin a comment in SQL; in a JWT they are chance.
  if (decoded.includes('--')) return JWT.test(decoded);
  if (kind === 'path') return chain.length === 0 && PLAIN_PATH.test(decoded) && !hasProbingWord(decoded);
  if (TOKEN.test(decoded)) return HEX.test(decoded) || !(HEX_BYTE_INSIDE.test(decoded) || hasProbingWord(decoded));
  if (WORDS.test(decoded)) return !hasProbingWord(decoded);
  return WORDLESS.some((pattern) => pattern.test(decoded));
}
