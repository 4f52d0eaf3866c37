import { seededRandom } from '../random.js';
import { BENIGN_NEIGHBOURS } from './grammars/benign-neighbours.js';
import { type Grammar, sentence } from './grammars/grammar.js';
import { CMDI, LDAP, NOSQLI, SQLI, SSTI } from './grammars/injection.js';
import { SSRF, TRAVERSAL } from './grammars/location.js';
import { XSS, XXE } from './grammars/markup.js';
import { CRLF, DESERIALIZATION, GRAPHQL, LOG4SHELL, PROTOTYPE_POLLUTION, SCANNER } from './grammars/object.js';
import type { LabelledRecord } from './record.js';

/** Grammar and number of distinct texts of each category: more where public lists are thin. */
const ATTACKS: readonly (readonly [category: string, grammar: Grammar, count: number])[] = [
  ['sqli', SQLI, 5000],
  ['nosqli', NOSQLI, 2500],
  ['xss', XSS, 3500],
  ['traversal', TRAVERSAL, 3000],
  ['cmdi', CMDI, 4500],
  ['ssti', SSTI, 2500],
  ['ssrf', SSRF, 2500],
  ['xxe', XXE, 1200],
  ['ldap', LDAP, 1200],
  ['crlf', CRLF, 1500],
  ['deserialization', DESERIALIZATION, 1800],
  ['protopollution', PROTOTYPE_POLLUTION, 1500],
  ['log4shell', LOG4SHELL, 1200],
  ['graphql', GRAPHQL, 1200],
  ['scanner', SCANNER, 600],
];
const BENIGN_COUNT = 26_000;
/** Neighbours that are paths stand where paths stand. */
const WEB_PATH = /^\/[^\s"'<>]*$/;

/** The generated part of the training data: classics that public lists lack, thin categories, and benign near neighbours. */
export function generateRecords(seed: string): LabelledRecord[] {
  const records: LabelledRecord[] = [];
  for (const [category, grammar, count] of ATTACKS) {
    for (const payload of distinct(grammar, count, `${seed} ${category}`)) {
      records.push({ label: 'attack', category, source: 'generated', list: category, payload });
    }
  }
  for (const payload of distinct(BENIGN_NEIGHBOURS, BENIGN_COUNT, `${seed} benign`)) {
    records.push({
      label: 'benign',
      category: 'benign',
      source: 'generated',
      list: 'benign',
      payload,
      ...(WEB_PATH.test(payload) ? { as_: 'path' } : {}),
    });
  }
  return records;
}

function distinct(grammar: Grammar, count: number, seed: string): Set<string> {
  const random = seededRandom(seed);
  const texts = new Set<string>();
  for (let tries = 0; texts.size < count && tries < count * 20; tries++) texts.add(sentence(grammar, random));
  return texts;
}
