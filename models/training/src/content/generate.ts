import { seededRandom } from '../random.js';
import { BENIGN_NEIGHBOURS } from './grammars/benign-neighbours.js';
import { CLASSICS } from './grammars/classics.js';
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

/**
 * The generated part of the training data: classics that public lists lack, thin categories, and benign near neighbours. A
 * text that both sides produce is benign: it is what ordinary clients send.
 */
export function generateRecords(seed: string): LabelledRecord[] {
  const benign = distinct(BENIGN_NEIGHBOURS, BENIGN_COUNT, `${seed} benign`);
  const attacks = ATTACKS.flatMap(([category, grammar, count]) => {
    const texts = [...(CLASSICS[category] ?? []), ...distinct(grammar, count, `${seed} ${category}`)];
    return [...new Set(texts)]
      .filter((payload) => !benign.has(payload))
      .map((payload): LabelledRecord => ({ label: 'attack', category, source: 'generated', list: category, payload }));
  });
  return [...attacks, ...[...benign].map(benignRecord)];
}

function benignRecord(payload: string): LabelledRecord {
  const place = WEB_PATH.test(payload) ? { as_: 'path' } : {};
  return { label: 'benign', category: 'benign', source: 'generated', list: 'benign', payload, ...place };
}

function distinct(grammar: Grammar, count: number, seed: string): Set<string> {
  const random = seededRandom(seed);
  const texts = new Set<string>();
  for (let tries = 0; texts.size < count && tries < count * 20; tries++) texts.add(sentence(grammar, random));
  return texts;
}
