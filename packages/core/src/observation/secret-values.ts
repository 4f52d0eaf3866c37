import { allMatches } from './all-matches.js';
import { charClass, nextRun } from './char-runs.js';
import type { Span } from './span.js';

/**
 * Credentials that show what they are by a prefix, as their issuers document them: cloud providers, forges, chat, payment
 * and mail services, package registries, model providers. Every alternative begins with fixed characters and ends in one
 * class, so a search is one pass.
 */
const ISSUED_TOKEN = new RegExp(
  [
    '(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|AIPA|ABIA|ACCA)[A-Z0-9]{16}',
    '(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{20,}',
    'gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct)-[\\w-]{16,}',
    'AT(?:ATT3x|CTT3x|BB)[\\w=-]{20,}',
    'xox[abeoprs](?:[.]xox[bp])?-[\\w-]{10,}',
    'xapp-[\\w-]{10,}',
    'hooks\\.slack\\.com/services/[\\w/]{16,}',
    'discord(?:app)?\\.com/api/webhooks/[\\w/-]{16,}',
    'AIza[\\w-]{30,}',
    'ya29\\.[\\w.-]{20,}',
    'GOCSPX-[\\w-]{20,}',
    '[sr]k_(?:live|test)_[A-Za-z0-9]{10,}',
    'whsec_[A-Za-z0-9+/=]{16,}',
    'sq0(?:atp|csp|idp)-[\\w-]{20,}',
    'shp(?:at|ca|pa|ss|ua)_[A-Za-z0-9]{20,}',
    'do[opr]_v1_[a-f0-9]{32,}',
    'pypi-AgE[\\w-]{20,}',
    'dckr_(?:pat|oat)_[\\w-]{20,}',
    'rubygems_[a-f0-9]{20,}',
    'lin_api_[A-Za-z0-9]{20,}',
    'figd_[\\w-]{20,}',
    'gls[ac]_[\\w-]{20,}',
    'glc_[\\w=-]{20,}',
    'pscale_(?:tkn|pw|oauth)_[\\w.=-]{20,}',
    'sntry[su]_[\\w=+/-]{20,}',
    'PMAK-[a-f0-9-]{20,}',
    'NRAK-[A-Z0-9]{20,}',
    'dapi[a-f0-9]{32}',
    'AGE-SECRET-KEY-1[A-Z0-9]{20,}',
    'hv[sb]\\.[\\w-]{20,}',
    'SG\\.[\\w-]{16,}\\.[\\w-]{16,}',
    // Prefixes that are also ends of words count only at the beginning of one.
    '(?<![A-Za-z0-9])(?:sk-(?:ant-|proj-|svcacct-|or-)?[\\w-]{20,}|npm_[A-Za-z0-9]{20,}|hf_[A-Za-z0-9]{20,})',
    '(?<![A-Za-z0-9])(?:key-[a-f0-9]{32}|SK[a-f0-9]{32}|(?:ntn|secret)_[A-Za-z0-9]{32,}|sbp_[a-f0-9]{32,})',
    '(?<![A-Za-z0-9])[0-9]{8,10}:[\\w-]{35}(?![\\w-])',
  ].join('|'),
  'g',
);

/** Nearly every issued token has a run of these; the shortest is `xapp-` with ten more. */
const ISSUED_CHARS = charClass(/[\w-]/);
const MIN_ISSUED_CHARS = 15;
/**
 * One of these stands in every issued token that other marks may break into shorter runs, in every JSON Web Token, and
 * before all credentials and PEM keys.
 */
const SIGNS =
  /slack\.com|discord|ATATT3x|ATCTT3x|ATBB|ya29\.|whsec_|glc_|pscale_|sntry|eyJ|bearer|token|negotiate|basic|-----BEGIN/i;

/** What follows an authentication scheme's name. */
const BEARER = /(?<![a-z])(?:bearer|token|negotiate)(?:[\s+:="'\\]{1,8})([\w.~+/=-]{8,})/gi;
const BASIC = /(?<![a-z])basic[\s+:]{1,8}([\w+/-]{6,}={0,2})/gi;

/** `-----BEGIN … KEY-----`, with `+` for spaces in forms. */
const PEM_BEGIN = /-----BEGIN[ +_A-Z0-9]{0,48}KEY[ +_A-Z]{0,16}-----/g;

/** Card numbers as people and forms write them: together, or in the groups that are on the card, of which a fifth is rare. */
const CARD_LIKE =
  /(?<!\d)(?<!\d\.)(?:[2-6]\d{12,18}|[2-6]\d{3}([ +._-])\d{4}\1\d{4}\1\d{1,7}(\1\d{1,3})?|3\d{3}([ +._-])\d{6}\3\d{4,5})(?!\d)/g;
/** What a card number consists of, and how long it is at least: most texts have no such run. */
const CARD_CHARS = charClass(/[\d +._-]/);
const MIN_CARD_CHARS = 13;

/** What stands between `//`, in JSON also `\\/\\/`, and the next mark that ends an authority. */
const AUTHORITY = /\\?\/\\?\/([^/?#\\\s"'<>]*)/g;

/** The secrets that a text shows by what they are, whatever they are called. At most one pass for each kind; linear. */
export function secretValues(text: string): Span[] {
  const spans: Span[] = [];
  const hasSign = SIGNS.test(text);
  if (hasSign || nextRun(text, 0, MIN_ISSUED_CHARS, ISSUED_CHARS) !== null) {
    for (const match of allMatches(ISSUED_TOKEN, text)) spans.push(whole(match));
  }
  if (hasSign) {
    addJsonWebTokens(text, spans);
    addCredentials(text, spans);
    addPemKeys(text, spans);
  }
  if (nextRun(text, 0, MIN_CARD_CHARS, CARD_CHARS) !== null) addCardNumbers(text, spans);
  if (text.includes('@')) addUserinfo(text, spans);
  return spans;
}

function addCredentials(text: string, spans: Span[]): void {
  for (const match of allMatches(BEARER, text)) if (looksIssued(match[1] ?? '')) spans.push(lastGroup(match));
  for (const match of allMatches(BASIC, text)) if (isUserAndPassword(match[1] ?? '')) spans.push(lastGroup(match));
}

/** Base64url pieces joined by dots, the first of which is a JSON object (`{"` is `eyJ`): RFC 7519 and 7516. */
function addJsonWebTokens(text: string, spans: Span[]): void {
  for (let from = text.indexOf('eyJ'); from >= 0; ) {
    let to = endOfBase64Url(text, from);
    let parts = 1;
    while (parts < 5 && text[to] === '.') {
      to = endOfBase64Url(text, to + 1);
      parts += 1;
    }
    if (parts > 1 && to - from >= 16) spans.push({ from, to });
    from = text.indexOf('eyJ', to);
  }
}

function endOfBase64Url(text: string, from: number): number {
  let i = from;
  while (i < text.length && isBase64Url(text.charCodeAt(i))) i += 1;
  return i;
}

function isBase64Url(code: number): boolean {
  const letter = code | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x5f;
}

/** A word after `bearer` in prose is none: tokens have digits or marks, or are long. */
function looksIssued(token: string): boolean {
  return token.length >= 20 || /[0-9._~+/=-]/.test(token);
}

/** RFC 7617: base64 of `user:password`. */
function isUserAndPassword(credentials: string): boolean {
  return Buffer.from(credentials, 'base64').includes(0x3a);
}

function addPemKeys(text: string, spans: Span[]): void {
  let done = 0;
  for (const match of allMatches(PEM_BEGIN, text)) {
    if (match.index < done) continue;
    const end = text.indexOf('-----END', match.index);
    const closing = end < 0 ? -1 : text.indexOf('-----', end + 8);
    done = closing < 0 ? text.length : closing + 5;
    spans.push({ from: match.index, to: done });
  }
}

function addCardNumbers(text: string, spans: Span[]): void {
  for (const match of allMatches(CARD_LIKE, text)) {
    const { index: from, 0: written, 2: fifth = '' } = match;
    const shorter = written.slice(0, written.length - fifth.length);
    if (passesLuhn(written)) spans.push(whole(match));
    else if (passesLuhn(shorter)) spans.push({ from, to: from + shorter.length });
  }
}

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(written: string): boolean {
  let sum = 0;
  let double = false;
  for (let i = written.length - 1; i >= 0; i--) {
    const digit = written.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) continue;
    const value = double ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
    double = !double;
  }
  return sum % 10 === 0;
}

/** `scheme://user:password@host`; without a scheme only with a password. The `@` nearest the host counts. */
function addUserinfo(text: string, spans: Span[]): void {
  for (const match of allMatches(AUTHORITY, text)) {
    const authority = match[1] ?? '';
    const length = authority.lastIndexOf('@');
    if (length < 1) continue;
    const from = match.index + match[0].length - authority.length;
    if (text[match.index - 1] === ':' || authority.lastIndexOf(':', length) >= 0)
      spans.push({ from, to: from + length });
  }
}

function whole(match: RegExpExecArray): Span {
  return { from: match.index, to: match.index + match[0].length };
}

/** The one group, which ends the match. */
function lastGroup(match: RegExpExecArray): Span {
  const to = match.index + match[0].length;
  return { from: to - (match[1] ?? '').length, to };
}
