import type { Random } from '../random.js';
import type { Placement } from './placements.js';

/** One way to write an attack differently, and where it still is one. */
export interface Transform {
  readonly name: string;
  /** Categories whose back ends read the rewritten text as they read the original; null for all. */
  readonly categories: readonly string[] | null;
  /** Placements whose parsers take the rewriting off, or pass it on; null for all. */
  readonly placements: readonly Placement[] | null;
  /** The result is what travels: the placement must not percent-encode it again. */
  readonly onWire?: true;
  /** Null where the payload has nothing to rewrite. */
  rewrite(payload: string, random: Random): string | null;
}

const URL_PLACEMENTS: readonly Placement[] = ['query', 'form', 'path', 'cookie'];
const JSON_PLACEMENTS: readonly Placement[] = ['json', 'nested json'];

/** Replaces what matches; null when nothing did. */
function swapped(text: string, pattern: RegExp, write: (found: string) => string): string | null {
  const out = text.replace(pattern, write);
  return out === text ? null : out;
}

const octets = (text: string): number[] => [...Buffer.from(text, 'utf8')];
const two = (octet: number): string => octet.toString(16).toUpperCase().padStart(2, '0');
const four = (character: string): string => character.charCodeAt(0).toString(16).padStart(4, '0');
const escapedOnce = (text: string): string =>
  octets(text)
    .map((octet) => `%${two(octet)}`)
    .join('');
const reserved = (text: string): string =>
  encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8')).replace(/[!'()*~]/g, escapedOnce);

/** A space inside a tag or between SQL words may be any of these. */
const GAPS = ['\u000b', '\u000c', '\r', '\n\n', '\t\t'];
const SHELL_GAPS = ['${IFS}', '$IFS$1', '\t', '${IFS}${IFS}'];
const INLINE = ['/**/', '/*a b*/', '/* */', '/*+*/', '/*%2A*/'];
const SHELL_WORDS =
  /\b(?:cat|whoami|uname|curl|wget|ping|sleep|bash|netstat|ifconfig|ipconfig|nslookup|passwd|echo|perl|python|powershell)\b/g;
const SQL_WORDS = /\b(?:union|select|from|where|and|or|sleep|order|having|benchmark|waitfor)\b/gi;

export const TRANSFORMS: readonly Transform[] = [
  {
    name: 'alternating case',
    categories: ['sqli', 'xss', 'log4shell', 'crlf'],
    placements: null,
    rewrite: (text) => {
      let upper = false;
      return swapped(text, /[a-z]/gi, (letter) => {
        upper = !upper;
        return upper ? letter.toUpperCase() : letter.toLowerCase();
      });
    },
  },
  {
    name: 'comments for spaces',
    categories: ['sqli'],
    placements: null,
    rewrite: (text, random) => swapped(text, /(?<=\S) (?=\S)/g, () => random.pick(INLINE)),
  },
  {
    name: 'other white space',
    categories: ['sqli', 'xss'],
    placements: ['query', 'form', 'json', 'nested json', 'path', 'xml text'],
    rewrite: (text, random) => swapped(text, / /g, () => random.pick(GAPS)),
  },
  {
    name: 'versioned comments around keywords',
    categories: ['sqli'],
    placements: null,
    rewrite: (text, random) => swapped(text, SQL_WORDS, (word) => `/*!${10_000 + random.below(40_000)}${word}*/`),
  },
  {
    name: 'strings in pieces',
    categories: ['sqli'],
    placements: null,
    rewrite: (text) =>
      swapped(text, /'(\w{3,})'/g, (quoted) => {
        const middle = quoted.length >> 1;
        return `${quoted.slice(0, middle)}'||'${quoted.slice(middle)}`;
      }),
  },
  {
    name: 'strings as numbers',
    categories: ['sqli'],
    placements: null,
    rewrite: (text, random) =>
      swapped(text, /'(\w{2,})'/g, (quoted) => {
        const inside = quoted.slice(1, -1);
        return random.chance(0.5) ? `0x${octets(inside).map(two).join('')}` : `CHAR(${octets(inside).join(', ')})`;
      }),
  },
  {
    name: 'symbols for operators',
    categories: ['sqli'],
    placements: null,
    rewrite: (text) => swapped(text, /\s(?:or|and)\s/gi, (word) => (/or/i.test(word) ? '||' : '&&')),
  },
  {
    name: 'IFS for spaces',
    categories: ['cmdi'],
    placements: null,
    rewrite: (text, random) =>
      /[;|&`$]/.test(text) && !/[<>"'()]/.test(text) ? swapped(text, / /g, () => random.pick(SHELL_GAPS)) : null,
  },
  {
    name: 'quotes inside commands',
    categories: ['cmdi'],
    placements: null,
    rewrite: (text, random) =>
      /["']/.test(text)
        ? null
        : swapped(text, SHELL_WORDS, (word) => {
            const at = 1 + random.below(word.length - 1);
            return `${word.slice(0, at)}${random.pick(["''", '""', '\\', '${z}'])}${word.slice(at)}`;
          }),
  },
  {
    name: 'question marks in paths',
    categories: ['cmdi'],
    placements: null,
    rewrite: (text) => swapped(text, /\/etc\/passwd|\/bin\/\w+/g, (path) => path.replace(/[aeiou]/g, '?')),
  },
  {
    name: 'slashes in tags',
    categories: ['xss'],
    placements: null,
    rewrite: (text) => swapped(text, /(?<=<\w+) (?=\w)/g, () => '/'),
  },
  {
    name: 'entities in script',
    categories: ['xss'],
    placements: null,
    rewrite: (text) =>
      swapped(text, /(?<=(?:on\w+\s*=\s*["']?|href\s*=\s*["']?javascript:))\w+/gi, (name) =>
        Array.from(name, (letter) => `&#${letter.charCodeAt(0)};`).join(''),
      ),
  },
  {
    name: 'tab in the scheme',
    categories: ['xss', 'openredirect'],
    placements: ['query', 'form', 'json', 'nested json'],
    rewrite: (text) => swapped(text, /javascript:/gi, () => 'java\t\nscript:'),
  },
  {
    name: 'names in brackets',
    categories: ['xss', 'ssti'],
    placements: null,
    rewrite: (text) =>
      swapped(text, /\b(?:alert|prompt|confirm)(?=\()|\.(?:constructor|__class__|__globals__)/g, (name) =>
        name.startsWith('.') ? `["${name.slice(1, 4)}"+"${name.slice(4)}"]` : `self['${name[0]}'+'${name.slice(1)}']`,
      ),
  },
  {
    name: 'nested dots',
    categories: ['traversal'],
    placements: null,
    rewrite: (text, random) => swapped(text, /\.\.[/\\]/g, () => random.pick(['....//', '..././', '....\\/'])),
  },
  {
    name: 'backslashes',
    categories: ['traversal'],
    placements: null,
    rewrite: (text) => swapped(text, /\.\.\//g, () => '..\\'),
  },
  {
    name: 'detours',
    categories: ['traversal'],
    placements: null,
    rewrite: (text, random) => swapped(text, /\.\.\//g, () => random.pick(['.././', '..//', '../x/../'])),
  },
  {
    name: 'null byte',
    categories: ['traversal'],
    placements: ['query', 'form', 'json', 'nested json', 'multipart field'],
    rewrite: (text) => `${text}\0.svg`,
  },
  {
    name: 'address as a number',
    categories: ['ssrf'],
    placements: null,
    rewrite: (text, random) =>
      swapped(text, /\b(?:127\.0\.0\.1|169\.254\.169\.254)\b/g, (address) => {
        const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
        return random.pick([String(number), `0x${number.toString(16)}`, `[::ffff:${address}]`]);
      }),
  },
  {
    name: 'look-ups inside look-ups',
    categories: ['log4shell'],
    placements: null,
    rewrite: (text) => swapped(text, /jndi(?=:)/gi, () => '${upper:j}${lower:N}${env:NOPE:-d}i'),
  },
  {
    name: 'percent-encoded twice',
    categories: null,
    placements: URL_PLACEMENTS,
    onWire: true,
    rewrite: (text) => reserved(reserved(text)),
  },
  {
    name: 'percent-encoded three times',
    categories: null,
    placements: URL_PLACEMENTS,
    onWire: true,
    rewrite: (text) => reserved(reserved(escapedOnce(text))),
  },
  {
    name: 'every byte percent-encoded',
    categories: null,
    placements: URL_PLACEMENTS,
    onWire: true,
    rewrite: escapedOnce,
  },
  {
    name: '%u escapes',
    categories: ['sqli', 'xss', 'traversal', 'cmdi'],
    placements: ['query', 'form'],
    onWire: true,
    rewrite: (text) =>
      Array.from(text, (character) => (/\w/.test(character) ? character : `%u${four(character)}`)).join(''),
  },
  {
    name: 'overlong UTF-8',
    categories: ['traversal', 'xss'],
    placements: ['query', 'path', 'form'],
    onWire: true,
    rewrite: (text) =>
      octets(text)
        .map((octet) =>
          octet < 0x80 && !/\w/.test(String.fromCharCode(octet))
            ? `%${two(0xc0 | (octet >> 6))}%${two(0x80 | (octet & 0x3f))}`
            : `%${two(octet)}`,
        )
        .join(''),
  },
  {
    name: 'fullwidth signs',
    categories: ['sqli', 'xss', 'traversal', 'ssrf', 'openredirect'],
    placements: ['query', 'form', 'json', 'nested json', 'multipart field'],
    rewrite: (text) => swapped(text, /[!-/:-@[-`{-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)),
  },
  {
    name: 'circled and fullwidth letters',
    categories: ['ssrf', 'xss'],
    placements: ['query', 'form', 'json', 'nested json'],
    rewrite: (text, random) =>
      swapped(text, /[a-z]/g, (letter) =>
        String.fromCharCode(letter.charCodeAt(0) - 97 + (random.chance(0.5) ? 0xff41 : 0x24d0)),
      ),
  },
  {
    name: 'JSON escapes',
    categories: null,
    placements: JSON_PLACEMENTS,
    onWire: true,
    rewrite: (text) =>
      Array.from(text, (character) =>
        character.length > 1 ? JSON.stringify(character).slice(1, -1) : `\\u${four(character)}`,
      ).join(''),
  },
  {
    name: 'character references',
    categories: null,
    placements: ['xml text'],
    onWire: true,
    rewrite: (text) =>
      /[\0-\x08\x0b\x0c\x0e-\x1f]/.test(text)
        ? null
        : Array.from(text, (character) => `&#x${(character.codePointAt(0) ?? 0).toString(16)};`).join(''),
  },
  {
    name: 'JSON in a string',
    categories: null,
    placements: ['query', 'form', 'json', 'nested json', 'cookie'],
    rewrite: (text) => JSON.stringify({ options: { term: text, exact: false } }),
  },
  {
    name: 'base64',
    categories: ['deserialization'],
    placements: ['query', 'form', 'json', 'nested json', 'cookie', 'header'],
    rewrite: (text) =>
      text.length < 16 || /^[\w+/=-]+$/.test(text) ? null : Buffer.from(text, 'utf8').toString('base64'),
  },
];
