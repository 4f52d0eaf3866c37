import { fnv1a } from './fnv1a.js';
import { isIdentifier } from './identifier.js';
import { methodClass } from './method-class.js';
import { queryIdentifiers } from './query-identifiers.js';

/** A request's place in the API: what stays the same while a client walks over identifiers, and what changes. */
export interface RouteShape {
  /** Path with identifiers replaced, e.g. `/users/{id}`; ends with `/…` where the path was cut. At most 16 segments of 41 characters. */
  readonly shape: string;
  /** 32-bit hash of method class and shape, without regard to case. */
  readonly route: number;
  /** 32-bit hash of the identifiers in path and query; 0 when there are none. */
  readonly ids: number;
  /** A write (POST, PUT, PATCH) to a path with a segment of {@link LOGIN_SEGMENTS}. */
  readonly isLogin: boolean;
}

/** Path segments that mean logging in, in lower case, without `-` and `_` and without a file's extension. */
const LOGIN_SEGMENTS: ReadonlySet<string> = new Set([
  'login',
  'signin',
  'auth',
  'authenticate',
  'session',
  'sessions',
  'token',
  'oauth',
  'oauth2',
]);

const MAX_PATH_CHARS = 512;
const MAX_SEGMENTS = 16;
const WRITES = methodClass('POST');

/**
 * Takes a request's path and query apart into route and identifiers. Linear, and nothing of the input is kept but the
 * shape and two hashes.
 *
 * @param path - raw path without query, still percent-encoded
 * @param query - raw query without `?`
 */
export function routeShape(method: string, path: string, query = ''): RouteShape {
  const kind = methodClass(method);
  const identifiers: string[] = [];
  let shape = '';
  let isLogin = false;
  let isCut = path.length > MAX_PATH_CHARS;
  let count = 0;
  for (const raw of path.slice(0, MAX_PATH_CHARS).split('/')) {
    if (raw === '') continue;
    if (count === MAX_SEGMENTS) {
      isCut = true;
      break;
    }
    count += 1;
    const segment = decodeSegment(raw);
    const name = withoutExtension(segment);
    isLogin ||= kind === WRITES && LOGIN_SEGMENTS.has(loginWord(name));
    const literal = literalOf(segment, name);
    if (literal !== segment) identifiers.push(segment);
    shape += `/${literal}`;
  }
  for (const value of queryIdentifiers(query)) identifiers.push(value);
  if (isCut) shape += '/…';
  return {
    shape: shape === '' ? '/' : shape,
    route: fnv1a(`${kind} ${shape.toLowerCase()}`),
    ids: hashOf(identifiers),
    isLogin,
  };
}

/** One hash of several texts; never the 0 that stands for none. */
function hashOf(texts: readonly string[]): number {
  if (texts.length === 0) return 0;
  return fnv1a(texts.join('\0')) || 1;
}

/** `/%6cogin` is `/login` to many routers. What does not decode is taken as it came. */
function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The segment when it names a place, `{id}` when it is an identifier; a file keeps its extension: `42.json` is `{id}.json`. */
function literalOf(segment: string, name: string): string {
  if (name !== segment && isIdentifier(name)) return `{id}${segment.slice(name.length)}`;
  return isIdentifier(segment) ? '{id}' : segment;
}

function loginWord(name: string): string {
  return name.replace(/[-_]/g, '').toLowerCase();
}

const EXTENSION = /^[a-z][a-z0-9]{0,4}$/i;

/** The name of a file without its extension. */
function withoutExtension(segment: string): string {
  const dot = segment.lastIndexOf('.');
  return dot > 0 && EXTENSION.test(segment.slice(dot + 1, dot + 7)) ? segment.slice(0, dot) : segment;
}
