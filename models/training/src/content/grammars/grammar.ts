import type { Random } from '../../random.js';
import { callbackHost, token, word } from '../callback-host.js';
import { ORDINARY_WORDS } from './ordinary-words.js';

/**
 * Rules by name; `<name>` inside a text stands for one of that rule's texts. Rules of every grammar: `n`, `word` (invented),
 * `noun` (a dictionary's), `octet`, `token`, `host`, `base64`, `signs`. A sentence may begin with a field's name and {@link NAMES}.
 */
export type Grammar = Readonly<Record<string, readonly string[]>>;

/** Stands between the name of a field and its value; a text without it may travel under any name. */
export const NAMES = '⇒';

/** A value, and the name of the parameter, key or header that it has to travel under, if it matters. */
export interface FieldText {
  readonly field?: string;
  readonly payload: string;
}

/** Takes a sentence apart into name and value. */
export function fieldText(text: string): FieldText {
  const at = text.indexOf(NAMES);
  return at < 0 ? { payload: text } : { field: text.slice(0, at), payload: text.slice(at + NAMES.length) };
}

/** How deep names may stand for names before a grammar is taken to be circular. */
const MAX_ROUNDS = 12;

/** One sentence of a grammar, beginning at `start`. */
export function sentence(grammar: Grammar, random: Random, start = 'start'): string {
  let text = random.pick(ruleOf(grammar, start));
  for (let round = 0; round < MAX_ROUNDS && /<[a-z0-9]+>/.test(text); round++) {
    text = text.replace(
      /<([a-z0-9]+)>/g,
      (whole, name: string) => builtIn(name, random) ?? (name in grammar ? random.pick(ruleOf(grammar, name)) : whole),
    );
  }
  return text.replaceAll('‹', '<').replaceAll('›', '>');
}

function ruleOf(grammar: Grammar, name: string): readonly string[] {
  const rule = grammar[name];
  if (rule === undefined) throw new RangeError(`The grammar has no rule "${name}".`);
  return rule;
}

function builtIn(name: string, random: Random): string | null {
  switch (name) {
    case 'n':
      return String(random.chance(0.5) ? random.below(10) : random.below(10_000));
    case 'word':
      return word(random);
    case 'octet':
      return String(random.below(255));
    case 'noun':
      return random.pick(ORDINARY_WORDS);
    case 'token':
      return token(random, 4 + random.below(8));
    case 'base64':
      return base64(random, 16 + random.below(180));
    case 'signs':
      return signs(random, 2 + random.below(14));
    case 'host':
      return callbackHost(random);
    default:
      return null;
  }
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const SIGNS =
  '!@#$%^&*()_+-=[]{}|;:,./?~ \u00a1\u2122\u00a3\u221e\u00a7\u00b6\u2022\u2013\u2260\u0153\u2211\u00ae\u2020\u00a5\u0394\u263a\u2605\u3002\u30fb\uff9f\u25d5';

/** Bytes as tokens carry them: random, now and then with a run of one character. */
function base64(random: Random, length: number): string {
  const text = charactersOf(BASE64, random, length);
  const run = random.chance(0.25) ? random.pick(['/', 'A', '+']).repeat(2 + random.below(12)) : '';
  const at = random.below(text.length);
  return text.slice(0, at) + run + text.slice(at) + random.pick(['', '', '=', '==']);
}

function signs(random: Random, length: number): string {
  return charactersOf(SIGNS, random, length);
}

function charactersOf(alphabet: string, random: Random, length: number): string {
  return Array.from({ length }, () => alphabet.charAt(random.below(alphabet.length))).join('');
}
