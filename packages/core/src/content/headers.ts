import { readToken } from './nested.js';
import { childPlace } from './place.js';
import { hasTellingWord } from './probing-words.js';
import { textOfLatin1 } from './utf8.js';
import type { ValueCollector } from './value-collector.js';

/**
 * Headers by which machines agree on transport and form. They are written by clients' libraries, not by people, so they
 * pass unread as long as they look like it; with anything else in them they are values like all others.
 */
const TRANSPORT = new Set([
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'connection',
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-type',
  'date',
  'dnt',
  'expect',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'keep-alive',
  'pragma',
  'priority',
  'range',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'sec-fetch-user',
  'sec-gpc',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'upgrade-insecure-requests',
]);
/** Tokens, quoted tags, dates, media types and their parameters (RFC 9110 §5.6). */
const TRANSPORT_VALUE = /^[A-Za-z0-9 \t*?!+=,;:"._/-]*$/;

/** Reads a header line as Node hands it over, one character per byte: places `header.<name>` and `cookie.<name>`. */
export function readHeader(name: string, latin1: string, into: ValueCollector): void {
  // Pseudo-headers of HTTP/2 repeat the request line; only the host is new.
  if (name.startsWith(':') && name !== ':authority') return;
  const value = textOfLatin1(latin1);
  const place = childPlace('header', name);
  const called = name === ':authority' ? 'host' : name;
  if (name !== ':authority') into.addKey(place, name);
  if (name === 'cookie') readCookies(value, into);
  else if (name === 'authorization' || name === 'proxy-authorization') readAuthorization(place, name, value, into);
  else if (!isTransport(name, value)) into.add('header', place, value, called);
}

function isTransport(name: string, value: string): boolean {
  if (!TRANSPORT.has(name) || !TRANSPORT_VALUE.test(value)) return false;
  return !value.includes('..') && !value.includes('//') && !hasTellingWord(value);
}

function readCookies(header: string, into: ValueCollector): void {
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, equals === -1 ? 0 : equals).trim();
    const value = pair.slice(equals + 1).trim();
    const place = childPlace('cookie', name);
    into.addKey(place, name);
    into.add('cookie', place, unquoted(value), name);
  }
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

const SCHEME = /^[A-Za-z][A-Za-z0-9_-]{0,31} +/;
/** The characters of opaque credentials (`token68`, RFC 9110 §11.2). */
const CREDENTIALS = /^[A-Za-z0-9._~+/=-]*$/;

/** An opaque credential is a secret and no value; what a JWT or a Basic credential carries is, and so is anything else. */
function readAuthorization(place: string, name: string, value: string, into: ValueCollector): void {
  const credentials = value.replace(SCHEME, '').trim();
  if (CREDENTIALS.test(credentials) && !credentials.includes('..')) {
    readToken({ place, kind: 'header', name }, credentials, [], into);
  } else into.add('header', place, credentials, name);
}
