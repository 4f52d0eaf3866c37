/** A URL taken apart. */
export interface SplitUrl {
  /** Path and query, always with a leading slash unless it is `*`. */
  readonly target: string;
  /** Host and port; null where the URL names none. */
  readonly host: string | null;
}

const SCHEME = /^[a-z][a-z0-9+.-]{0,31}:\/\//i;

/**
 * Splits `http://localhost:3000/users?id=1%27`, `/users?id=1%27` or `users?id=1%27`. Nothing is decoded or normalised: `..` and
 * odd escapes are what is to be looked at.
 */
export function splitUrl(url: string): SplitUrl {
  const scheme = SCHEME.exec(url);
  if (scheme === null) return { target: url.startsWith('/') || url === '*' ? url : `/${url}`, host: null };
  const rest = url.slice(scheme[0].length);
  const end = rest.search(/[/?#]/);
  const authority = end === -1 ? rest : rest.slice(0, end);
  const tail = end === -1 ? '' : rest.slice(end);
  return {
    target: tail.startsWith('/') ? tail : `/${tail}`,
    host: authority.slice(authority.lastIndexOf('@') + 1) || null,
  };
}

/** A target as clients send it: without the fragment, and with what cannot stand on a request line percent-encoded. */
export function sentTarget(target: string): string {
  const fragment = target.indexOf('#');
  const sent = fragment === -1 ? target : target.slice(0, fragment);
  return sent.replace(/[^\x21-\x7e]+/g, (text) => encodeURIComponent(Buffer.from(text).toString()));
}
