import type { Random } from '../random.js';

/** Sizes of the family, in characters. */
export const PADDING_SIZES = [512, 2048, 8192, 16_384] as const;
export const PADDING_SIDES = ['before', 'after', 'both'] as const;
export type PaddingSide = (typeof PADDING_SIDES)[number];

const SUBJECTS = [
  'Our neighbour',
  'The gardener',
  'A visitor',
  'The new trainee',
  'My aunt',
  'The ferry',
  'That bakery',
  'The choir',
];
const VERBS = [
  'mentioned',
  'brought along',
  'was looking for',
  'has already paid for',
  'wrote a letter about',
  'forgot',
  'repaired',
];
const OBJECTS = [
  'two blue chairs',
  'the timetable',
  'a jar of honey',
  'last winter',
  'the third chapter',
  'its roof',
  'five tickets',
];
const ENDS = ['. ', ', which nobody expected. ', ' before noon. ', '; we will see. ', ' (as usual). ', '!\n'];

/** Ordinary prose of about that many characters, unlike the filler of the training transforms. */
export function prose(characters: number, random: Random): string {
  let text = '';
  while (text.length < characters) {
    text += `${random.pick(SUBJECTS)} ${random.pick(VERBS)} ${random.pick(OBJECTS)}${random.pick(ENDS)}`;
  }
  return text.slice(0, characters);
}

/** The payload with that much prose around it; on both sides half each. */
export function padded(payload: string, size: number, side: PaddingSide, random: Random): string {
  if (side === 'before') return `${prose(size, random)} ${payload}`;
  if (side === 'after') return `${payload} ${prose(size, random)}`;
  return `${prose(size / 2, random)} ${payload} ${prose(size / 2, random)}`;
}

/** What begins the attack wherever it stands in a text. A URL, a path or a whole document is none with prose around it. */
const STARTS_ANYWHERE: ReadonlyMap<string, RegExp> = new Map([
  ['xss', /<\w/],
  ['ssti', /[{<(%]/],
  ['log4shell', /\$\{/],
  ['cmdi', /[;|&`\n]|\$\(/],
  ['sqli', /['"]/],
]);

/** Whether the payload is still an attack in the middle of prose. */
export function survivesPadding(category: string, payload: string): boolean {
  return STARTS_ANYWHERE.get(category)?.test(payload) ?? false;
}
