import type { IncomingHttpHeaders } from 'node:http';

/** Whether a request comes from a page of this origin, as the browser says, or from a program, which says nothing. */
export function isOwnPage({ origin, host, ...headers }: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  if (origin === undefined) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
