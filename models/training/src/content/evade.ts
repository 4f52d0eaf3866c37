import type { Random } from '../random.js';

/**
 * Rewrites a payload as attackers do to slip past filters, without changing what it does to its target. Which rewritings
 * apply depends on the category; the same seed gives the same text.
 */
export function evade(payload: string, category: string, random: Random): string {
  const own = BY_CATEGORY.get(category) ?? [];
  let text = payload;
  for (let round = 0; round < 1 + random.below(3); round++) {
    const rewritings = own.length > 0 && random.chance(0.6) ? own : ANY;
    const rewritten = random.pick(rewritings)(text, random);
    if (rewritten.length <= MAX_CHARS) text = rewritten;
  }
  return text;
}

type Rewriting = (text: string, random: Random) => string;

/** Longer than the longest padding; encodings of encodings grow ninefold. */
const MAX_CHARS = 40_000;

const COMMENTS = [
  '/**/',
  '/*!*/',
  '/*x*/',
  '%09',
  '\t',
  '\n',
  '\r\n',
  '\u00a0',
  '%0a',
  '%0c',
  '\f',
  '\v',
  '  ',
  '+',
  '/**//**/',
  '%0b',
  '%a0',
  '--\n',
  '--x%0a',
  '#\n',
  '/*%00*/',
  '/*!50000*/',
  '/*\n*/',
  '%20%20',
];
const BLANKS = ['${IFS}', '$IFS', '$IFS$9', '${IFS%??}', '\t', '%09', '<', '  ', '{,}', '$u ', '\\\n ', '%20'];
const FILLER = [
  'The quick order arrived on Tuesday and the customer was happy with the result. ',
  'please find attached the report for the last quarter, including totals by region and product ',
  'name=John Smith, city=Berlin, plan=basic, seats=12, newsletter=yes, ',
  'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor ',
  '{"items":[{"id":1,"qty":2},{"id":7,"qty":1}],"note":"leave at the door"} ',
  'Hello team, thanks for the quick reply yesterday. I checked again and the page still shows the old price. ',
  '2024-03-01 10:15:02 info request done in 12 ms, status 200, bytes 5120\n',
  'aGVsbG8gd29ybGQgdGhpcyBpcyBqdXN0IHNvbWUgdGV4dCBpbiBiYXNlNjQgZm9yIHRlc3Rpbmc ',
  'Die Lieferung kommt am Dienstag zwischen neun und zwölf Uhr, bitte klingeln. ',
  'id,name,price,stock 1,chair,49.90,12 2,table,129.00,3 3,lamp,19.50,40 ',
  'const total = items.reduce((sum, item) => sum + item.price * item.qty, 0); ',
  '‹div class="card"›‹p›A short note for the customer‹/p›‹/div› ',
  '注文は火曜日に届きました。お客様は結果に満足しています。',
  'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
];

const each =
  (pattern: RegExp, share: number, replace: (character: string, random: Random) => string): Rewriting =>
  (text, random) =>
    text.replace(pattern, (character) => (random.chance(share) ? replace(character, random) : character));

const spaces =
  (replacements: readonly string[]): Rewriting =>
  (text, random) => {
    const fixed = random.chance(0.7) ? random.pick(replacements) : null;
    return text.replace(/ /g, () => fixed ?? random.pick(replacements));
  };

const mixedCase: Rewriting = each(/[a-z]/gi, 0.5, (letter) =>
  letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
);

/** Fullwidth forms of ASCII, which compatibility normalisation folds back. */
const wide = (character: string): string => String.fromCharCode(character.charCodeAt(0) + 0xfee0);
const fullwidth: Rewriting = each(/[<>'"/\\(){}=;:.]/g, 0.5, wide);
const fullwidthWords: Rewriting = each(/[!-~]/g, 0.7, wide);
/** Letters and signs of other blocks: all but the modifier apostrophe fold, and that one databases take for a quote. */
const LOOK_ALIKES = new Map([
  ["'", ['\u02bc', '\uff07']],
  ['"', ['\uff02']],
  ['<', ['\uff1c', '\ufe64']],
  ['>', ['\uff1e', '\ufe65']],
  ['/', ['\uff0f', '\u2215', '\u2044']],
  ['.', ['\uff0e', '\u2024', '\u3002']],
  ['=', ['\uff1d', '\u207c', '\ufe66']],
  ['(', ['\uff08', '\u207d', '\ufe59']],
  [')', ['\uff09', '\u207e', '\ufe5a']],
  ['s', ['\u017f', '\u02e2', '\uff53', '\u24e2']],
  ['k', ['\u212a', '\uff4b', '\u24da']],
  ['a', ['\u1d43', '\uff41', '\u24d0', '\u00aa']],
  ['o', ['\u00ba', '\u1d52', '\uff4f', '\u24de']],
  ['i', ['\u2139', '\u2071', '\uff49', '\u24d8']],
  ['e', ['\u1d49', '\uff45', '\u24d4', '\u212f']],
]);
const lookAlikes: Rewriting = each(/['"<>/.=()skaoie]/g, 0.3, (character, random) =>
  random.pick(LOOK_ALIKES.get(character) ?? [character]),
);

const bytesOf = (text: string): Buffer => Buffer.from(text, 'utf8');
const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');

const percentEncoded: Rewriting = (text) => encodeURIComponent(bytesOf(text).toString('utf8'));
const percentEncodedAll: Rewriting = (text) => Array.from(bytesOf(text), (byte) => `%${hex(byte, 2)}`).join('');
const percentEncodedTwice: Rewriting = (text, random) => percentEncoded(percentEncoded(text, random), random);
const percentEncodedThrice: Rewriting = (text, random) => percentEncoded(percentEncodedTwice(text, random), random);
const percentU: Rewriting = each(/[^\w\s]/g, 0.8, (character) => `%u${hex(character.charCodeAt(0), 4)}`);
/** Two or three bytes where one would do (forbidden since RFC 3629, still read by old decoders). */
const overlong: Rewriting = each(/[<>'"/\\.;(]/g, 0.8, (character, random) => {
  const code = character.charCodeAt(0);
  const bytes = random.chance(0.7)
    ? [0xc0 | (code >> 6), 0x80 | (code & 0x3f)]
    : [0xe0, 0x80 | (code >> 6), 0x80 | (code & 0x3f)];
  return bytes.map((byte) => `%${hex(byte, 2)}`).join('');
});
const ENTITY_NAMES = new Map([
  ['<', 'lt'],
  ['>', 'gt'],
  ['"', 'quot'],
  ["'", 'apos'],
  ['&', 'amp'],
  ['(', 'lpar'],
  [')', 'rpar'],
  [':', 'colon'],
  ['/', 'sol'],
  ['=', 'equals'],
]);
const htmlEntities: Rewriting = each(/[^\s\w]/g, 0.6, (character, random) => {
  const code = character.codePointAt(0) ?? 0;
  const name = ENTITY_NAMES.get(character);
  if (name !== undefined && random.chance(0.3)) return `&${name};`;
  const zeros = random.chance(0.2) ? '00000' : '';
  return `&#${random.chance(0.5) ? `x${zeros}${code.toString(16)}` : `${zeros}${code}`}${random.chance(0.85) ? ';' : ''}`;
});
const unicodeEscapes: Rewriting = each(/[<>'"&/(.=\w]/g, 0.4, (character, random) =>
  random.chance(0.8) ? `\\u${hex(character.charCodeAt(0), 4)}` : `\\u{${character.charCodeAt(0).toString(16)}}`,
);
const hexEscapes: Rewriting = each(/[<>'"&/(.=;]/g, 0.6, (character) => `\\x${hex(character.charCodeAt(0), 2)}`);
const nullBytes: Rewriting = (text, random) => {
  const zero = random.pick(['\0', '%00', '\\0', '%2500']);
  return random.chance(0.5) ? zero + text : `${text}${zero}${random.pick(['', '.jpg', '.html', ' '])}`;
};
const inBase64: Rewriting = (text, random) => bytesOf(text).toString(random.chance(0.7) ? 'base64' : 'base64url');
const inJsonText: Rewriting = (text, random) =>
  JSON.stringify({ [random.pick(['value', 'q', 'data', 'name', 'v'])]: random.chance(0.3) ? [text] : text });

const padded: Rewriting = (text, random) => {
  const way = random.next();
  const before = way < 0.75 ? fillerOf(random) : '';
  const after = way > 0.5 ? fillerOf(random) : '';
  return before + text + (after === '' ? '' : ` ${after}`);
};

/** A sentence or two, else 0.5 to 16 kB, the short ones more often. */
function fillerOf(random: Random): string {
  const target = random.chance(0.45) ? 20 + random.below(300) : Math.floor(500 * 32 ** random.next());
  let text = '';
  while (text.length < target) text += random.pick(FILLER);
  return text.slice(0, target).replaceAll('‹', '<').replaceAll('›', '>');
}

const COMMAND_NAMES =
  /\b(cat|whoami|id|ls|curl|wget|ping|sleep|nc|bash|sh|uname|passwd|shadow|hosts|echo|nslookup|dig|ifconfig|netstat|ps|pwd|head|tail|more|less|nl|tac|python3?|perl|php|printenv|hostname|expr|rm|touch|tee|base64|etc|tmp|usr|bin|dev|tcp)\b/g;
const SPLICES = ["''", '""', '\\', '$@', '``', '${x}', '$*', '$()', "''", '""', '\\'];
/** In one place of each name, or after every letter; or quotes around single letters: `w'h'o'am'i`. */
const quoteSpliced: Rewriting = (text, random) => {
  const splice = random.pick(SPLICES);
  const quote = random.pick(["'", '"']);
  const way = random.next();
  return text.replace(COMMAND_NAMES, (name: string) => {
    if (name.length < 2 || random.chance(0.15)) return name;
    if (way < 0.2) return name.split('').join(splice);
    if (way < 0.5) {
      return name.replace(/\B\w/g, (letter) => (random.chance(0.5) ? quote + letter + quote : letter));
    }
    const at = 1 + random.below(name.length - 1);
    return name.slice(0, at) + random.pick(SPLICES) + name.slice(at);
  });
};
const wildcards: Rewriting = (text, random) =>
  text.replace(/\/(?:etc|bin|usr|passwd|shadow|hosts|cat|ls|id|tmp|sh|bash|nc)\b/g, (path: string) => {
    const at = 1 + random.below(path.length - 1);
    const way = random.next();
    if (way < 0.35) return `${path.slice(0, at)}?${path.slice(at + 1)}`;
    if (way < 0.7) return path.replace(/\w/g, (letter) => (random.chance(0.6) ? '?' : letter));
    return `${path.slice(0, Math.max(2, at))}*`;
  });
const braced: Rewriting = (text) =>
  text.replace(/\b(cat|ls|curl|wget|ping) (\S+)/g, (_, name: string, what: string) => `{${name},${what}}`);
const variables: Rewriting = (text, random) =>
  text.replace(COMMAND_NAMES, (name: string) =>
    random.chance(0.4) ? `$(printf '${Array.from(bytesOf(name), (byte) => `\\x${hex(byte, 2)}`).join('')}')` : name,
  );

const KEYWORDS = /\b(select|union|from|where|or|and|sleep|concat|insert|update|delete|drop|order|group)\b/gi;
const keywordSplit: Rewriting = (text, random) =>
  text.replace(KEYWORDS, (word: string) => {
    const way = random.next();
    if (way < 0.3) return `/*!${word}*/`;
    if (way < 0.5) return `/*!50000${word}*/`;
    return way < 0.65 ? `/**/${word}/**/` : word;
  });
const operators: Rewriting = (text, random) =>
  text
    .replace(/ or /gi, () => random.pick([' || ', '||', ' or ', ' oR ', ' xor ']))
    .replace(/ and /gi, () => random.pick([' && ', '&&', ' and ', ' aNd ']))
    .replace(/=/g, () => random.pick(['=', ' = ', ' like ', '<=>', ' in ']));
const LITERAL = /'([\w/. ]{2,40})'/g;
const hexLiterals: Rewriting = (text, random) =>
  text.replace(LITERAL, (_, inside: string) =>
    random.chance(0.6)
      ? `0x${bytesOf(inside).toString('hex')}`
      : `${random.pick(['char', 'chr', 'CHAR'])}(${Array.from(bytesOf(inside)).join(',')})`,
  );
const concatenated: Rewriting = (text, random) =>
  text.replace(/(['"])([\w/. ]{3,40})\1/g, (_, quote: string, inside: string) => {
    const at = 1 + random.below(inside.length - 1);
    const [head, tail] = [inside.slice(0, at), inside.slice(at)];
    if (random.chance(0.25)) return `concat(${quote}${head}${quote},${quote}${tail}${quote})`;
    return `${quote}${head}${quote}${random.pick(['||', '+', ' ', '.', ' || ', ' + '])}${quote}${tail}${quote}`;
  });

const slashes: Rewriting = (text, random) => {
  const written = ['//', '/./', '\\', '%2f', '%5c', '%252f', '..;/', '\\/', '%c0%af', '/././', '%ef%bc%8f', '%u2215'];
  return text.replaceAll('/', random.pick(written));
};
const DOT_PAIRS = [
  '%2e%2e',
  '.%2e',
  '%2e.',
  '....',
  '%252e%252e',
  '%c0%ae%c0%ae',
  '..%00',
  '．．',
  '%u002e%u002e',
  '.\\.',
];
const dots: Rewriting = (text, random) => text.replaceAll('..', random.pick(DOT_PAIRS));

const tagNoise: Rewriting = (text, random) =>
  text.replace(
    /<(\w+)([\s/])/g,
    (_, tag: string, gap: string) => `<${tag}${random.pick(['/', '\t', '\n', ' x ', '/x/', '\f', gap, '\r', '%0a'])}`,
  );
const splitScheme: Rewriting = (text, random) =>
  text.replace(/javascript:/gi, () =>
    random.pick([
      'java\tscript:',
      'java\nscript:',
      'jav&#x09;ascript:',
      'javascript&colon;',
      '\u0001javascript:',
      'JaVaScRiPt:',
      'javascript\t:',
    ]),
  );
const callSpelt: Rewriting = (text, random) =>
  text.replace(/\b(alert|confirm|prompt|eval)\(/g, (_, name: string) =>
    random.pick([
      `(${name})(`,
      `window['${name}'](`,
      `top["${name.slice(0, 2)}"+"${name.slice(2)}"](`,
      `self[\`${name}\`](`,
      `\\u${hex(name.charCodeAt(0), 4)}${name.slice(1)}(`,
      `${name}/**/(`,
    ]),
  );
const bracketed: Rewriting = (text, random) =>
  text.replace(/\.(__\w+__|constructor|process|mainModule|exec\w*)/g, (_, name: string) =>
    random.pick([`["${name}"]`, `['${name.slice(0, 3)}'+'${name.slice(3)}']`, `.${name}`, `|attr("${name}")`]),
  );
const templateGaps: Rewriting = (text, random) =>
  text.replace(/\{\{\s*|\s*\}\}/g, (brace) => {
    const gap = random.pick(['', ' ', '\n', '\t', '  ']);
    return brace.includes('{') ? `{{${random.pick(['', '-'])}${gap}` : `${gap}}}`;
  });

const SQL = [
  spaces(COMMENTS),
  spaces(COMMENTS),
  keywordSplit,
  keywordSplit,
  mixedCase,
  operators,
  hexLiterals,
  concatenated,
];
const SHELL = [spaces(BLANKS), spaces(BLANKS), quoteSpliced, quoteSpliced, wildcards, braced, variables];
const BY_CATEGORY: ReadonlyMap<string, readonly Rewriting[]> = new Map([
  ['sqli', SQL],
  ['cmdi', SHELL],
  ['xss', [tagNoise, tagNoise, htmlEntities, unicodeEscapes, mixedCase, splitScheme, callSpelt]],
  ['traversal', [slashes, slashes, dots, dots, overlong, percentU, nullBytes]],
  ['ssti', [templateGaps, bracketed, concatenated, unicodeEscapes, hexEscapes]],
  ['nosqli', [unicodeEscapes, inJsonText, concatenated]],
  ['protopollution', [unicodeEscapes, inJsonText]],
  ['ssrf', [mixedCase, fullwidth, percentEncodedAll]],
  ['openredirect', [slashes, mixedCase, fullwidth]],
  ['xxe', [htmlEntities]],
  ['ldap', [hexEscapes, spaces(['  ', '\t', '%20'])]],
  ['crlf', [percentEncodedAll, percentU, overlong]],
  ['log4shell', [unicodeEscapes, mixedCase]],
  ['deserialization', [inBase64, inBase64, unicodeEscapes]],
]);

const ANY: readonly Rewriting[] = [
  padded,
  padded,
  padded,
  padded,
  percentEncoded,
  percentEncodedTwice,
  percentEncodedThrice,
  percentEncodedAll,
  percentU,
  overlong,
  fullwidth,
  fullwidthWords,
  lookAlikes,
  htmlEntities,
  unicodeEscapes,
  hexEscapes,
  nullBytes,
  inBase64,
  inJsonText,
  inJsonText,
];
