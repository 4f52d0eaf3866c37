import type { Random } from '../random.js';

/**
 * Rewrites a payload as attackers do to slip past filters, without changing what it does to its target. Which rewritings
 * apply depends on the category; the same seed gives the same text.
 */
export function evade(payload: string, category: string, random: Random): string {
  const rewritings = [...(BY_CATEGORY.get(category) ?? []), ...ANY];
  let text = payload;
  for (let round = 0; round < 1 + random.below(2); round++) text = random.pick(rewritings)(text, random);
  return text;
}

type Rewriting = (text: string, random: Random) => string;

const COMMENTS = ['/**/', '/*!*/', '/*x*/', '%09', '\t', '\n', '\u00a0', '%0a', '  ', '+', '/**//**/', '%0b', '--\n'];
const BLANKS = ['${IFS}', '$IFS$9', '\t', '{,}', '%09', '<', '  '];
const FILLER = [
  'The quick order arrived on Tuesday and the customer was happy with the result. ',
  'please find attached the report for the last quarter, including totals by region and product ',
  'name=John Smith, city=Berlin, plan=basic, seats=12, newsletter=yes, ',
  'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor ',
  '{"items":[{"id":1,"qty":2},{"id":7,"qty":1}],"note":"leave at the door"} ',
  'Hello team, thanks for the quick reply yesterday. I checked again and the page still shows the old price. ',
];

const spaces =
  (replacements: readonly string[]): Rewriting =>
  (text, random) => {
    const replacement = random.pick(replacements);
    return text.replaceAll(' ', replacement);
  };

/** Fullwidth forms of ASCII punctuation, which compatibility normalisation folds back. */
const fullwidth: Rewriting = (text, random) =>
  text.replace(/[<>'"/\\(){}=;:.]/g, (character) =>
    random.chance(0.5) ? String.fromCharCode(character.charCodeAt(0) + 0xfee0) : character,
  );

const percentEncoded: Rewriting = (text) => encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'));
const percentEncodedAll: Rewriting = (text) =>
  Array.from(Buffer.from(text, 'utf8'), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const htmlEntities: Rewriting = (text, random) =>
  text.replace(/[^\s\w]/g, (character) =>
    random.chance(0.6)
      ? `&#${random.chance(0.5) ? `x${character.charCodeAt(0).toString(16)}` : character.charCodeAt(0)};`
      : character,
  );
const unicodeEscapes: Rewriting = (text, random) =>
  text.replace(/[<>'"&/(]/g, (character) =>
    random.chance(0.7) ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : character,
  );

const padded: Rewriting = (text, random) => {
  const before = random.chance(0.7) ? fillerOf(random) : '';
  const after = random.chance(0.5) ? fillerOf(random) : '';
  return before + text + (after === '' ? '' : ` ${after}`);
};

function fillerOf(random: Random): string {
  const target = random.chance(0.3) ? 500 + random.below(1500) : 20 + random.below(200);
  let text = '';
  while (text.length < target) text += random.pick(FILLER);
  return text.slice(0, target);
}

const quoteSpliced: Rewriting = (text, random) =>
  text.replace(/\b(cat|whoami|id|ls|curl|wget|ping|sleep|nc|bash|uname|passwd)\b/g, (name: string) => {
    const at = 1 + random.below(Math.max(1, name.length - 1));
    return name.slice(0, at) + random.pick(["''", '""', '\\', '$@', '``']) + name.slice(at);
  });

const keywordSplit: Rewriting = (text, random) =>
  text.replace(/\b(select|union|from|where|or|and|sleep)\b/gi, (word: string) => {
    const way = random.next();
    if (way < 0.3) return `/*!${word}*/`;
    if (way < 0.5) return `/*!50000${word}*/`;
    return word;
  });

const slashes: Rewriting = (text, random) => {
  const replacement = random.pick(['//', '/./', '\\', '%2f', '%5c', '%252f', '..;/', '\\/', '%c0%af', '/././']);
  return text.replaceAll('/', replacement);
};

const dots: Rewriting = (text, random) =>
  text.replaceAll('..', random.pick(['%2e%2e', '.%2e', '....', '%252e%252e', '%c0%ae%c0%ae', '..%00', '．．']));

const tagNoise: Rewriting = (text, random) =>
  text.replace(
    /<(\w+)([\s/])/g,
    (_, tag: string, gap: string) => `<${tag}${random.pick(['/', '\t', '\n', ' x ', '/x/', '\f', gap])}`,
  );

const BY_CATEGORY: ReadonlyMap<string, readonly Rewriting[]> = new Map([
  ['sqli', [spaces(COMMENTS), spaces(COMMENTS), keywordSplit, keywordSplit]],
  ['cmdi', [spaces(BLANKS), quoteSpliced, quoteSpliced]],
  ['xss', [tagNoise, tagNoise, htmlEntities, unicodeEscapes]],
  ['traversal', [slashes, slashes, dots, dots]],
]);

const ANY: readonly Rewriting[] = [padded, padded, percentEncoded, percentEncodedAll, fullwidth];
