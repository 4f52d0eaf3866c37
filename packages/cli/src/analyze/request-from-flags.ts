import type { DescribedRequest } from '@api-security/core';
import { sentTarget, splitUrl } from './split-url.js';

/** A request as the command line describes it. */
export interface RequestFlags {
  readonly url: string;
  /** @defaultValue GET, or POST when there is data */
  readonly method?: string;
  /** `name: value` each. */
  readonly header: readonly string[];
  readonly data?: string | Buffer;
  readonly address?: string;
}

/** The request, or what is wrong with the flags, in a few words. */
export function requestFromFlags({ url, method, header, data, address }: RequestFlags): DescribedRequest | string {
  const { target, host } = splitUrl(url);
  const headers = new Map<string, string[]>();
  for (const line of header) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (name === '') return `--header "${line}" is not "name: value"`;
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  if (host !== null && !headers.has('host')) headers.set('host', [host]);
  if (data !== undefined && !headers.has('content-type')) headers.set('content-type', [guessType(data)]);
  return {
    method: method ?? (data === undefined ? 'GET' : 'POST'),
    url: sentTarget(target),
    headers: Object.fromEntries(headers),
    ...(data !== undefined && { body: data }),
    ...(address !== undefined && { address }),
  };
}

/** JSON where it is JSON, else what curl sends. */
function guessType(data: string | Buffer): string {
  try {
    const json: unknown = JSON.parse(data.toString());
    if (typeof json === 'object' && json !== null) return 'application/json';
  } catch {
    // Not JSON.
  }
  return 'application/x-www-form-urlencoded';
}
