import type { RequestText } from './embed-payload.js';
import type { LabelledRecord } from './record.js';

/** What a path must not hold to be called ordinary: syntax, encodings, climbing, hidden files, names of secrets. */
const TELLING_PATH =
  /[<>'"|;`{}()$%\\,*&=\s]|\.\.|\/\.|\/\/|passwd|shadow|win\.ini|boot\.ini|web-inf|meta-inf|proc\/|\.(?:bak|old|orig|swp|sql|git|svn|env|ini|conf|config|log|pem|key|db|sqlite|htpasswd|htaccess)\b|~|:\/|exec|shell|cmd|eval|etc\//i;
const HOST_NAME = /^[\w.-]{1,80}(?::\d{1,5})?$/;
/** Where a browser came from: an address without a query, of which only who asks makes anything. */
const REFERRER = /^https?:\/\/[\w.-]+(?::\d{1,5})?(?:\/[\w-]*)*(?:\.\w{1,5})?$/;
const BROWSER = /^Mozilla\/[45]\.0 \([^${}<>'"]{5,120}\)[\w .,;:/()+-]*$/;
const SCANNER = /nikto|nmap|nuclei|zgrab|sqlmap|acunetix|openvas|nessus|netsparker|scan|fuzz|w3af|arachni|interact/i;

/**
 * The parts of an attack request that any request may have: its path, host and browser, where they show nothing. Many
 * attacks travel in one value beside such parts, and many probes are nothing else: without this, a model that only knows
 * that a request is an attack learns that `/index.php` is one. Null when no part is ordinary.
 */
export function ordinaryParts(record: LabelledRecord): RequestText | null {
  const path =
    (record.payload === undefined ? record.path : record.as_ === 'path' ? record.payload : undefined)?.split('?')[0] ??
    '';
  const headers: Record<string, string> = {};
  const { host = '', 'user-agent': agent = '' } = record.headers ?? {};
  if (HOST_NAME.test(host)) headers.host = host;
  if (BROWSER.test(agent) && !SCANNER.test(agent)) headers['user-agent'] = agent;
  for (const name of ['referer', 'origin']) {
    const from = record.headers?.[name] ?? '';
    if (REFERRER.test(from)) headers[name] = from;
  }
  const url = path.startsWith('/') && path.length <= 200 && !TELLING_PATH.test(path) ? path : '/';
  return url === '/' && Object.keys(headers).length === 0 ? null : { method: 'GET', url, headers };
}
