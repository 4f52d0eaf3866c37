import type { Random } from '../../random.js';
import { callbackHost, token, word } from '../callback-host.js';

/** Rules by name; `<name>` inside a text stands for one of that rule's texts. Rules of every grammar: `n`, `word`, `token`, `host`. */
export type Grammar = Readonly<Record<string, readonly string[]>>;

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
    case 'token':
      return token(random, 4 + random.below(8));
    case 'host':
      return callbackHost(random);
    default:
      return null;
  }
}
