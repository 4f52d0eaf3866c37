import { seededRandom } from '../random.js';
import type { LabelledRecord } from './record.js';

/** Share of a family that is kept: thousands of strings that a tool made out of a few ideas would drown the rest. */
const KEPT_SHARE: ReadonlyMap<string, number> = new Map([
  ['payloadsallthethings dotdotpwn.txt', 1500 / 20979],
  ['payloadsallthethings Traversal.txt', 0.5],
  ['modsec-learn-sqlmap', 1500 / 8244],
  ['fuzzdb rfi.txt', 250 / 2238],
  ['oscmd-omurugur OS-Command-Fuzzing.txt', 0.3],
  ['libinjection-data sqli-forums.txt', 0.35],
  ['kaggle-xss', 0.5],
  ['kaggle-sqli', 0.4],
  ['httpparams-train', 0.4],
  ['fwaf-badqueries', 0.3],
  ['nikto-db', 0.35],
  ['torpeda2012', 0.12],
]);

/** Lists whose rows are notes about attacks, not attacks. */
const PROSE_LIST = /\.md$/;
const SCRAPED_NOTE = /^\s*(- |\* |#|\/\/ |curl |sqlmap |python|import |if \(|ruby |git |<\?xml version="1\.0"\?>$)/;

/**
 * Whether a record is used at all. Left out: rows that are attacks only by context (`weak`), rows that may be either
 * (`ambiguous`), plain external URLs that a list calls SSRF or open redirect (a URL is a normal value in an API), tool
 * families beyond their share, and notes scraped together with payloads.
 */
export function isUsed(record: LabelledRecord, index: number): boolean {
  if (record.weak === true || record.ambiguous === true) return false;
  const { payload } = record;
  if (payload !== undefined && record.label === 'attack') {
    if (payload.trim().length < 3) return false;
    if (record.list !== undefined && PROSE_LIST.test(record.list) && SCRAPED_NOTE.test(payload)) return false;
    if (record.source === 'fwaf-badqueries' && record.category === 'other') return false;
    if (record.source === 'nikto-db' && !showsAttack(payload)) return false;
    if (record.source === 'wafbench-autogen' && payload.length < 12) return false;
    if (record.source !== 'generated' && isPlainTarget(record.category, payload)) return false;
  }
  const share = KEPT_SHARE.get(`${record.source} ${record.list ?? ''}`.trim()) ?? KEPT_SHARE.get(record.source);
  return share === undefined || seededRandom(`${record.source} ${index}`).next() < share;
}

/** Generated targets tell by their name and place. */
function isPlainTarget(category: string, payload: string): boolean {
  return (category === 'ssrf' || category === 'openredirect') && !isTellingUrl(payload);
}

const ATTACK_SYNTAX =
  /[<>'"|;`]|\.\.[/\\]|%00|%0a|etc\/passwd|boot\.ini|win\.ini|\$\{|=(?:https?|ftp):|\.(?:bak|old|orig|swp|sql|git|svn|env|htpasswd|htaccess|DS_Store)\b/i;

/** A scanner's request path that shows what it is after; names of ordinary pages are attacks by context only. */
function showsAttack(path: string): boolean {
  return ATTACK_SYNTAX.test(path);
}

const INTERNAL_HOST =
  /localhost|\/\/0(?:\/|:|$)|127\.|0\.0\.0\.0|(?:\/\/|@|=)(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)|169\.254|\[::|::1|metadata|\.internal|100\.100\.100\.200|xip\.io|nip\.io|sslip\.io|localtest\.me|lvh\.me/i;
const ODD_HOST = /\/\/(?:0x|0\d|\d{7,}|[^/?#]*[\u2460-\u24ff\u3002\uff0e\uff61])/i;
const OTHER_SCHEME =
  /^\W*(?!https?:)(?:gopher|dict|file|ftp|sftp|tftp|ldap|ldaps|jar|netdoc|phar|php|expect|data|javascript|vbscript|mailto|view-source|jdbc|rmi|smb|ssh2|glob|zip|ogg)\s*:/i;
const AUTHORITY_TRICK =
  /\/\/[^/?#\s]*@|\\|^\W*\/\/|%2f%2f|^\W*\/(?:%09|%5c|\t)|https?:(?!\/\/)|https?:\/\/\/|%0[ad]|%00|%23|%e3%80%82|\/\.\.|;@|〱|javascript|;\/\/|\.\.;/i;
const REMOTE_SCRIPT = /(?:r57|c99|shell|cmd|rfiinc)\b.*\.(?:txt|php|gif|jpg)|\.txt\?+$/i;

/** Whether something about a URL itself, not about who asked for it, makes it an attack. */
export function isTellingUrl(text: string): boolean {
  return [INTERNAL_HOST, ODD_HOST, OTHER_SCHEME, AUTHORITY_TRICK, REMOTE_SCRIPT].some((pattern) => pattern.test(text));
}

/**
 * Whether a request teaches what it is said to be: a redirect or SSRF to a plain external URL does not, because clients send
 * such URLs all day. It stays in the measured splits, where it counts as the miss that it is.
 */
export function isTeachable(record: LabelledRecord): boolean {
  const { category, path } = record;
  if (path === undefined || (category !== 'ssrf' && category !== 'openredirect')) return true;
  const [target = '', query = ''] = path.split('?', 2);
  if (/https?:|%2f%2f|\/\/|@|\\|%5c/i.test(target)) return true;
  const texts = [
    ...query.split('&').map((pair) => pair.slice(pair.indexOf('=') + 1)),
    ...(record.body ?? '').split(/[&"']/),
  ];
  return texts.some((text) => isTellingUrl(text) || isTellingUrl(decoded(text)));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
