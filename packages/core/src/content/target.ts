import type { Observation } from '../observation/observation.js';
import { readPath } from './path.js';
import { readQuery } from './query.js';
import { textOfLatin1 } from './utf8.js';
import type { ValueCollector } from './value-collector.js';

/** Scheme and authority of the absolute form (RFC 9112 §3.2.2), as servers behind a proxy are sent it. */
const ABSOLUTE = /^[a-z][a-z0-9+.-]{0,15}:\/\/([^/?]*)/i;
/** A server's name or address, and its port. */
const AUTHORITY = /^[a-z0-9.:[\]_-]*$/i;
/** HTTP/1 has a fixed list of methods, HTTP/2 takes any text. */
const METHOD = /^[A-Z-]{1,24}$/;

/**
 * Reads what a request is about: path and query. Of the absolute form also the host that it names, place `authority`, and the
 * whole target where that is no host; of a method that is none its text, place `method`.
 */
export function readTarget({ method, url, path, query }: Observation, into: ValueCollector): void {
  readPath(path, into);
  readQuery(query, into);
  const authority = url.startsWith('/') ? undefined : ABSOLUTE.exec(url)?.[1];
  if (authority !== undefined) {
    into.add('header', 'authority', textOfLatin1(authority), 'host');
    if (!AUTHORITY.test(authority)) into.add('path', 'url', textOfLatin1(url));
  }
  if (method !== '' && !METHOD.test(method)) into.add('header', 'method', method, 'method');
}
