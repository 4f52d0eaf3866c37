import { type Random, seededRandom } from '../random.js';
import { BENIGN_NEIGHBOURS } from './grammars/benign-neighbours.js';
import { CLASSICS } from './grammars/classics.js';
import { JAVA_EXPRESSIONS, SCRIPT_TEMPLATES } from './grammars/expressions.js';
import { ORDINARY_FILE_NAMES, UPLOADED_SCRIPTS } from './grammars/file-names.js';
import { LDAP_FILTERS, LOG_LINES, OPERATORS, XPATHS } from './grammars/filters.js';
import { fieldText, type Grammar, NAMES, sentence } from './grammars/grammar.js';
import { graphqlAbuse } from './grammars/graphql-abuse.js';
import { CMDI, LDAP, NOSQLI, SQLI, SSTI } from './grammars/injection.js';
import { BENT_PATHS, INNER_URLS, REDIRECT_TARGETS } from './grammars/inner-urls.js';
import { SSRF, TRAVERSAL } from './grammars/location.js';
import { XSS, XXE } from './grammars/markup.js';
import { NESTED_SQL } from './grammars/nested-sql.js';
import { CRLF, DESERIALIZATION, GRAPHQL, LOG4SHELL, PROTOTYPE_POLLUTION, SCANNER } from './grammars/object.js';
import { opaqueToken } from './grammars/opaque-tokens.js';
import { ORDINARY_DOCUMENTS } from './grammars/ordinary-documents.js';
import { ORDINARY_FIELDS } from './grammars/ordinary-fields.js';
import { ORDINARY_QUOTES } from './grammars/ordinary-quotes.js';
import { ORDINARY_SETTINGS } from './grammars/ordinary-settings.js';
import { forgedToken, POLLUTED_KEYS, serializedObject } from './grammars/serialized.js';
import { CODE_UPLOAD, SHORT_COMMANDS } from './grammars/short-commands.js';
import type { LabelledRecord } from './record.js';

/** Draws one text, with the name of its field in front where that matters (see `fieldText`). */
type Writer = (random: Random) => string;

const from =
  (grammar: Grammar): Writer =>
  (random) =>
    sentence(grammar, random);

/** Category, writer and number of draws: more where public lists are thin. */
const ATTACKS: readonly (readonly [category: string, write: Writer, draws: number])[] = [
  ['sqli', from(SQLI), 2500],
  ['sqli', from(NESTED_SQL), 4200],
  ['nosqli', from(NOSQLI), 1500],
  ['nosqli', from(OPERATORS), 4000],
  ['xss', from(XSS), 2900],
  ['traversal', from(TRAVERSAL), 2000],
  ['traversal', from(BENT_PATHS), 2600],
  ['cmdi', from(CMDI), 2200],
  ['cmdi', from(SHORT_COMMANDS), 5600],
  ['cmdi', from(CODE_UPLOAD), 2400],
  ['ssti', from(SSTI), 1700],
  ['ssti', from(JAVA_EXPRESSIONS), 2200],
  ['ssti', from(SCRIPT_TEMPLATES), 2600],
  ['ssrf', from(SSRF), 1500],
  ['ssrf', from(INNER_URLS), 4000],
  ['openredirect', from(REDIRECT_TARGETS), 2400],
  ['xxe', from(XXE), 1200],
  ['ldap', from(LDAP), 1000],
  ['ldap', from(LDAP_FILTERS), 2600],
  ['other', from(XPATHS), 1200],
  ['other', forgedToken, 500],
  ['crlf', from(CRLF), 1500],
  ['crlf', from(LOG_LINES), 1000],
  ['deserialization', from(DESERIALIZATION), 1200],
  ['deserialization', serializedObject, 3000],
  ['protopollution', from(PROTOTYPE_POLLUTION), 1000],
  ['protopollution', from(POLLUTED_KEYS), 2500],
  ['log4shell', from(LOG4SHELL), 1000],
  ['graphql', from(GRAPHQL), 800],
  ['graphql', graphqlAbuse, 1800],
  ['scanner', from(SCANNER), 700],
];
const BENIGN: readonly (readonly [list: string, write: Writer, draws: number])[] = [
  ['neighbours', from(BENIGN_NEIGHBOURS), 21_000],
  ['fields', from(ORDINARY_FIELDS), 30_000],
  ['documents', from(ORDINARY_DOCUMENTS), 19_000],
  ['tokens', opaqueToken, 5000],
  ['quotes', from(ORDINARY_QUOTES), 6000],
  ['settings', from(ORDINARY_SETTINGS), 14_000],
];
const SCRIPT_NAMES = 900;
const FILE_NAMES = 3000;
/** How often a short text that chance repeats is kept: each copy travels in a place of its own. */
const COPIES = 3;
/** Neighbours that are paths stand where paths stand. */
const WEB_PATH = /^\/[^\s"'<>]*$/;

/**
 * The generated part of the training data: classics that public lists lack, thin categories, and benign near neighbours. A
 * text that both sides produce under the same name is benign: it is what ordinary clients send.
 */
export function generateRecords(seed: string): LabelledRecord[] {
  const benign = BENIGN.flatMap(([list, write, draws]) =>
    drawn(write, draws, `${seed} benign ${list}`).map((text) => benignRecord(list, text)),
  );
  const classics = Object.entries(CLASSICS).flatMap(([category, texts]) =>
    texts.map((text) => attackRecord(category, text)),
  );
  const attacks = ATTACKS.flatMap(([category, write, draws], i) =>
    drawn(write, draws, `${seed} ${category} ${i}`).map((text) => attackRecord(category, text)),
  );
  const isHarmless = amongThose(benign);
  return [...[...classics, ...attacks].filter((record) => !isHarmless(record)), ...benign, ...fileNames(seed)];
}

/** What a name says about a file is told in the place of a file name alone: elsewhere `index.php` is a page. */
function fileNames(seed: string): LabelledRecord[] {
  const inPlace = (record: LabelledRecord): LabelledRecord => ({ ...record, as_: 'file name' });
  return [
    ...drawn(from(UPLOADED_SCRIPTS), SCRIPT_NAMES, `${seed} scripts`).map((text) =>
      inPlace(attackRecord('other', text)),
    ),
    ...drawn(from(ORDINARY_FILE_NAMES), FILE_NAMES, `${seed} files`).map((text) =>
      inPlace(benignRecord('files', text)),
    ),
  ];
}

/** Whether one of the given records may be sent as this one is: the same text, under the same name or under any. */
function amongThose(records: readonly LabelledRecord[]): (record: LabelledRecord) => boolean {
  const named = new Set(records.map(({ field = '', payload }) => `${field}${NAMES}${payload}`));
  const texts = new Set(records.map(({ payload }) => payload));
  return ({ field, payload }) =>
    field === undefined
      ? texts.has(payload)
      : named.has(`${field}${NAMES}${payload}`) || named.has(`${NAMES}${payload}`);
}

function attackRecord(category: string, text: string): LabelledRecord {
  return { label: 'attack', category, source: 'generated', list: category, ...fieldText(text) };
}

function benignRecord(list: string, text: string): LabelledRecord {
  const place = WEB_PATH.test(text) ? { as_: 'path' } : {};
  return {
    label: 'benign',
    category: 'benign',
    source: 'generated',
    list: `benign ${list}`,
    ...fieldText(text),
    ...place,
  };
}

/** So many sentences, of each text at most {@link COPIES}: rules with few texts do not make room for those with many. */
function drawn(write: Writer, draws: number, seed: string): string[] {
  const random = seededRandom(seed);
  const copies = new Map<string, number>();
  const texts: string[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const text = write(random);
    const held = copies.get(text) ?? 0;
    copies.set(text, held + 1);
    if (held < (text.includes(NAMES) ? 1 : COPIES)) texts.push(text);
  }
  return texts;
}
