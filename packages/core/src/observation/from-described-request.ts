import { isUtf8 } from 'node:buffer';
import type { Clock } from '../clock.js';
import { ApiSecurityError } from '../errors.js';
import { ByteWindow } from './byte-window.js';
import { canonicalAddress } from './client-address.js';
import { addressKey } from './client-keys.js';
import { splitTarget } from './from-node-request.js';
import { parseMediaType } from './media-type.js';
import { type HeaderEntry, type Observation, type ObservedBody, type OpenMarks, openMarks } from './observation.js';

/** A request in words, for `analyze()`. */
export interface DescribedRequest {
  /** e.g. `GET`. */
  readonly method: string;
  /** Path and query as on the wire, e.g. `/users?id=1%27`; the absolute form is taken too. */
  readonly url: string;
  /** By name, repeated ones as arrays; or entries in their order. */
  readonly headers?:
    | Readonly<Record<string, string | readonly string[] | undefined>>
    | readonly (readonly [name: string, value: string])[];
  /**
   * As the application reads it, after content decoding: text, bytes, or what a parser made of it. Null is none.
   */
  readonly body?: unknown;
  /** IP address of the client. */
  readonly address?: string;
  /** Key of the client. @defaultValue made of the address */
  readonly client?: string;
}

/** What a described request does not tell by itself. */
export interface DescribedContext {
  readonly clock: Clock;
  readonly tenant: string | null;
  /** Bytes of the body that are inspected. */
  readonly bodyBytes: number;
}

/**
 * Described request → observation, as if it arrived now.
 *
 * @throws `API_SECURITY_REQUEST_INVALID`, naming the field that is missing or not well formed
 */
export function observeDescribedRequest(request: DescribedRequest, context: DescribedContext): Observation {
  const { clock, tenant, bodyBytes } = context;
  check(typeof request === 'object' && request !== null, 'request', 'an object', request);
  const { method, url, address = '', client } = request;
  check(typeof method === 'string' && /^\S+$/.test(method), 'method', 'a word such as "GET"', method);
  check(typeof url === 'string' && /^(?:\/|\*$|https?:\/\/)/i.test(url), 'url', 'a path such as "/users?id=1"', url);
  check(typeof address === 'string', 'address', 'an IP address', address);
  const canonical = canonicalAddress(address);
  check(address === '' || canonical !== '', 'address', 'an IP address', address);
  check(client === undefined || (typeof client === 'string' && client !== ''), 'client', 'a key', client);
  const headers = entriesOf(request.headers);
  const marks = openMarks();
  return {
    at: clock.now(),
    arrivedMs: clock.monotonicMs(),
    method: method.toUpperCase(),
    ...splitTarget(url),
    headers,
    body: bodyOf(request.body, headers, bodyBytes, marks),
    client: { key: client ?? addressKey(canonical), address: canonical },
    tenant,
    marks,
  };
}

function entriesOf(headers: unknown): readonly HeaderEntry[] {
  check(headers === undefined || (typeof headers === 'object' && headers !== null), 'headers', 'an object', headers);
  const given: readonly unknown[] = Array.isArray(headers) ? headers : Object.entries(headers ?? {});
  const entries: HeaderEntry[] = [];
  for (const entry of given) {
    check(Array.isArray(entry) && entry.length === 2, 'headers', 'names and values', entry);
    const [name, value] = entry as readonly unknown[];
    check(typeof name === 'string' && name !== '', 'headers', 'names that are texts', name);
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      check(typeof one === 'string', `headers.${name}`, 'a text or a list of texts', one);
      entries.push([name.toLowerCase(), one]);
    }
  }
  return entries;
}

function bodyOf(
  body: unknown,
  headers: readonly HeaderEntry[],
  bodyBytes: number,
  marks: OpenMarks,
): ObservedBody | null {
  if (body === undefined || body === null) return null;
  const known = ['string', 'object', 'number', 'boolean'].includes(typeof body);
  check(known, 'body', 'a text, bytes or a parsed value', typeof body);
  const { mediaType, parameters } = parseMediaType(headerOf(headers, 'content-type'));
  if (body === '' || (body instanceof Uint8Array && body.length === 0)) return null;
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    return { mediaType, parameters, raw: null, headBytes: 0, parsed: body };
  }
  const text = typeof body === 'string';
  if (!text && isStillEncoded(body, headers)) marks.unparsed.add('encoding');
  const window = new ByteWindow(bodyBytes);
  window.add(text ? Buffer.from(body) : body);
  if (window.cut) marks.truncated.add('body-bytes');
  return {
    mediaType,
    // A text has no charset any more.
    parameters: text ? new Map([...parameters].filter(([name]) => name !== 'charset')) : parameters,
    raw: window.bytes(),
    headBytes: window.headBytes,
    parsed: undefined,
  };
}

/** Many recorders keep the header and store the decoded body; only what is no text can still be encoded. */
function isStillEncoded(bytes: Uint8Array, headers: readonly HeaderEntry[]): boolean {
  const coding = (headerOf(headers, 'content-encoding') ?? '').trim().toLowerCase();
  return coding !== '' && coding !== 'identity' && !isUtf8(bytes);
}

function headerOf(headers: readonly HeaderEntry[], name: string): string | undefined {
  return headers.find(([header]) => header === name)?.[1];
}

function check(holds: boolean, field: string, expected: string, got: unknown): asserts holds {
  if (holds) return;
  const shown = typeof got === 'string' ? JSON.stringify(got.slice(0, 64)) : got === null ? 'null' : typeof got;
  throw new ApiSecurityError('API_SECURITY_REQUEST_INVALID', `Field "${field}" must be ${expected}, got ${shown}.`);
}
