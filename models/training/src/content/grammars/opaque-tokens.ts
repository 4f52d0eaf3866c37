import type { Random } from '../../random.js';
import { word } from '../callback-host.js';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const BASE64 = `${LETTERS.toUpperCase()}${LETTERS}${DIGITS}+/`;
const BASE64_URL = `${LETTERS.toUpperCase()}${LETTERS}${DIGITS}-_`;
const ALPHABETS: readonly string[] = [
  BASE64,
  BASE64,
  BASE64_URL,
  BASE64_URL,
  `${DIGITS}abcdef`,
  `${LETTERS.toUpperCase()}234567`,
  `${LETTERS.toUpperCase()}${LETTERS}${DIGITS}`,
  `${DIGITS}ABCDEFGHJKMNPQRSTVWXYZ`,
  `${BASE64_URL}.~!*'()`,
  `${BASE64}!"#$%&()*,-.:;<=>?@[]^_\`{|}~`,
];

/**
 * Values that mean something only to who made them: session ids, signed cookies, cursors, signatures, hashes, key material,
 * packed bytes. Chance writes any short piece of syntax into some of them.
 */
export function opaqueToken(random: Random): string {
  const run = (alphabet: string, least: number, most: number): string =>
    Array.from({ length: least + random.below(most - least + 1) }, () =>
      alphabet.charAt(random.below(alphabet.length)),
    ).join('');
  const alphabet = random.pick(ALPHABETS);
  const short = (): string => run(alphabet, 2, 24);
  switch (random.below(14)) {
    case 0:
      // Escapes that are none, and escapes of control characters, as proxies and analytics write them into cookies.
      return `${run(LETTERS, 1, 3)}${run(DIGITS, 0, 2)}%${run(`${DIGITS}${LETTERS}`, 2, 2)}${run(DIGITS, 6, 22)}`;
    case 1:
      return run(alphabet, 200, 2000);
    case 2:
      return `s:${run(BASE64_URL, 32, 32)}.${run(BASE64, 43, 43)}`;
    case 3:
      return `${random.pick(['W/', ''])}"${short()}"`;
    case 4:
      return `${word(random)}=${short()}&${word(random)}=${short()}&sig=${encodeURIComponent(run(BASE64, 43, 43))}%3D`;
    case 5:
      return Array.from({ length: 2 + random.below(4) }, short).join(
        random.pick(['.', '-', ':', '|', '~', '_', '/', '!', ',', '$']),
      );
    case 6:
      // Bytes of a packed message, read as text.
      return Array.from({ length: 8 + random.below(120) }, () => String.fromCharCode(random.below(256))).join('');
    case 7:
      return `$2${random.pick(['a', 'b', 'y'])}$1${random.below(10)}$${run(BASE64, 53, 53)}`;
    case 8:
      return `-----BEGIN ${random.pick(['CERTIFICATE', 'PUBLIC KEY', 'RSA PRIVATE KEY', 'PGP MESSAGE'])}-----\n${Array.from({ length: 2 + random.below(10) }, () => run(BASE64, 64, 64)).join('\n')}\n${run(BASE64, 4, 60)}${random.pick(['', '=', '=='])}`;
    case 9:
      return `${run(DIGITS, 1, 12)}${random.pick(['+', '-', '%', '#', '*', '^', '@'])}${run(alphabet, 4, 30)}`;
    case 10:
      return `x${run(DIGITS, 1, 1)}\\${random.pick(['x', 'u00', '0', 'n', 't'])}${run(`${DIGITS}abcdef`, 2, 10)}${short()}`;
    case 11:
      return run('0123456789abcdef', 32, 128);
    case 12:
      return `${run(alphabet, 16, 90)}${random.pick(['=', '==', '%3D', '%3D%3D', ''])}`;
    default:
      return run(random.pick([LETTERS, DIGITS, '-_', 'xX', '.', '*', '=', '#', 'A', '/+']), 20, 400);
  }
}
