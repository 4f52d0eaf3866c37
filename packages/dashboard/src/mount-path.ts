import type { IncomingMessage } from 'node:http';

/** A request in a framework that takes the mount path off the URL, and keeps what was asked. */
interface MountedRequest extends IncomingMessage {
  readonly originalUrl?: unknown;
}

/** A mount path without a slash at its end. */
export function trimmed(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

/** What is asked for below the mount path, with its query; begins with a slash. */
export function belowMount(url: string, basePath: string): string {
  const base = trimmed(basePath);
  const isBelow = url.startsWith(base) && ['', '/', '?'].includes(url.charAt(base.length));
  const below = isBelow ? url.slice(base.length) : url;
  return below.startsWith('/') ? below : `/${below}`;
}

/**
 * Where to send somebody who asks for the mount path without the slash at its end: pages name their parts relative to it. Seen from what
 * was asked, so it holds behind a proxy that takes a part off the path, too.
 *
 * @returns null for everybody else
 */
export function missingSlash({ url = '/', originalUrl, method }: MountedRequest, basePath: string): string | null {
  if (method !== 'GET' && method !== 'HEAD') return null;
  if (belowMount(url, basePath).split('?', 1)[0] !== '/') return null;
  const asked = typeof originalUrl === 'string' ? originalUrl : url;
  const path = asked.split('?', 1)[0] as string;
  if (path.endsWith('/')) return null;
  return `./${path.slice(path.lastIndexOf('/') + 1)}/${asked.slice(path.length)}`;
}
