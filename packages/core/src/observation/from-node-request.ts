import type { Clock } from '../clock.js';
import type { Client, HeaderEntry, Marks, Observation, ObservedBody } from './observation.js';

/** The fields of a Node request that an observation is made of; `node:http` and `node:http2` requests have them. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Set by Connect, Express and Fastify: the URL before routers took the mount path off `url`. */
  readonly originalUrl?: unknown;
  /** Names and values in turn, as received. */
  readonly rawHeaders?: readonly string[];
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** What an observation needs beside the request itself. */
export interface ObservationContext {
  readonly clock: Clock;
  readonly client: Client;
  readonly tenant: string | null;
  /** The whole request target, where the request does not have it any more. */
  readonly url?: string | undefined;
  /** Null where there is none, or as long as it has not arrived: `{ ...observation, body }` adds it. */
  readonly body: ObservedBody | null;
  readonly marks: Marks;
}

/**
 * Node request → observation. Call it when the request arrives: the time is taken here, and routers change `url` later.
 * Total: whatever is missing or odd becomes empty.
 */
export function observeNodeRequest(request: NodeRequest, context: ObservationContext): Observation {
  const { clock, client, tenant, body, marks } = context;
  const { method } = request;
  return {
    at: clock.now(),
    arrivedMs: clock.monotonicMs(),
    method: (method ?? '').toUpperCase(),
    ...splitTarget(context.url ?? targetOf(request)),
    headers: headerEntries(request),
    body,
    client,
    tenant,
    marks,
  };
}

/** The request target before routers took the mount path off; `''` for none. */
export function targetOf({ originalUrl, url }: NodeRequest): string {
  return typeof originalUrl === 'string' ? originalUrl : (url ?? '');
}

/** Headers that came behind a body (RFC 9110 §6.5); none before its end. */
export function trailersOf({ rawTrailers = [] }: { readonly rawTrailers?: readonly string[] }): readonly HeaderEntry[] {
  return headerEntries({ rawHeaders: rawTrailers });
}

/**
 * Takes a request target apart (RFC 9112 §3.2). `/path?query`, `scheme://authority/path?query`, `authority` and `*` keep
 * everything: what is not query is path, a stray `#…` stays where it is.
 */
export function splitTarget(url: string): Pick<Observation, 'url' | 'path' | 'query'> {
  const from = pathStart(url);
  const mark = url.indexOf('?', from);
  if (mark < 0) return { url, path: url.slice(from), query: '' };
  return { url, path: url.slice(from, mark), query: url.slice(mark + 1) };
}

/** Where the path begins: after `scheme://authority` in the absolute form. */
function pathStart(url: string): number {
  if (url.startsWith('/')) return 0;
  const scheme = /^[a-z][a-z0-9+.-]{0,15}:\/\//i.exec(url);
  if (scheme === null) return 0;
  for (let i = scheme[0].length; i < url.length; i++) {
    if (url[i] === '/' || url[i] === '?') return i;
  }
  return url.length;
}

function headerEntries({ rawHeaders, headers }: NodeRequest): readonly HeaderEntry[] {
  const entries: HeaderEntry[] = [];
  if (rawHeaders !== undefined && rawHeaders.length > 0) {
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) addEntry(entries, rawHeaders[i], rawHeaders[i + 1]);
    return entries;
  }
  for (const [name, value] of Object.entries(headers ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) addEntry(entries, name, one);
  }
  return entries;
}

/** HTTP/2 pseudo-headers repeat method and target, except `:authority`, which is its Host. */
function addEntry(entries: HeaderEntry[], name: unknown, value: unknown): void {
  if (typeof name !== 'string' || typeof value !== 'string') return;
  if (!name.startsWith(':')) entries.push([name.toLowerCase(), value]);
  else if (name === ':authority') entries.push(['host', value]);
}
