import { type Random, seededRandom } from '../random.js';

/**
 * Hosts that whoever filled in a template put where the attacker's host belongs. They are artefacts of the data: a model
 * that learns them measures well and protects nobody, so each is replaced by a host that varies with the record.
 */
const PLACEHOLDER_HOSTS = /cb\.attacker\.example|203\.0\.113\.\d{1,3}|cirt\.net|(?:evil)?attacker\.example/gi;

const CALLBACK_SERVICES = [
  'oast.pro',
  'oast.fun',
  'oast.live',
  'interact.sh',
  'dnslog.cn',
  'burpcollaborator.net',
  'ceye.io',
  'requestbin.net',
];
const SYLLABLES = [
  'ka',
  'mer',
  'to',
  'lin',
  'sa',
  'vo',
  'ri',
  'den',
  'po',
  'qu',
  'zan',
  'bi',
  'hel',
  'nor',
  'tek',
  'lu',
  'fi',
  'cor',
];
const SUFFIXES = ['com', 'net', 'org', 'io', 'xyz', 'top', 'ru', 'cn', 'site', 'dev'];

/** Replaces placeholder hosts in a text; the same key and text always give the same hosts. */
export function replaceCallbackHosts(text: string, key: string): string {
  if (text.search(PLACEHOLDER_HOSTS) < 0) return text;
  const random = seededRandom(`callback ${key}`);
  return text.replace(PLACEHOLDER_HOSTS, () => callbackHost(random));
}

/** A host as attackers use them to be called back: a service's subdomain, a throw-away domain, or an address. */
export function callbackHost(random: Random): string {
  const kind = random.next();
  if (kind < 0.4) return `${token(random, 8 + random.below(14))}.${random.pick(CALLBACK_SERVICES)}`;
  if (kind < 0.75) return `${word(random)}.${random.pick(SUFFIXES)}`;
  return [1 + random.below(222), random.below(256), random.below(256), 1 + random.below(254)].join('.');
}

/** A pronounceable word of two to four syllables. */
export function word(random: Random): string {
  return Array.from({ length: 2 + random.below(3) }, () => random.pick(SYLLABLES)).join('');
}

/** Lower-case letters and digits. */
export function token(random: Random, length: number): string {
  return Array.from({ length }, () => 'abcdefghijklmnopqrstuvwxyz0123456789'.charAt(random.below(36))).join('');
}
