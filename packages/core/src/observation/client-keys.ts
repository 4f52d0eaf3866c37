import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Characters of a key; a longer one is replaced by its digest, so that keys stay apart and bounded. */
const MAX_KEY_CHARS = 128;
/** Bytes of a hashed credential that are kept: 128 bits, so that no two are alike by chance. */
const HASH_BYTES = 16;
/** Names that one request can have; more are left out. */
const MAX_KEYS = 8;

/**
 * One way to name the client of a request: its address, a credential in a header or cookie (kept as a keyed hash), or what the
 * host says. A function is given the Node request and the framework's own; return only what the host has verified. Undefined,
 * an empty text, anything else or a throw is no name.
 */
export type ClientName =
  | 'address'
  | { readonly header: string }
  | { readonly cookie: string }
  // biome-ignore lint/suspicious/noConfusingVoidType: functions that return nothing are welcome
  | ((request: IncomingMessage, host?: unknown) => string | undefined | void);

/** A request as far as its client's names are concerned. */
export interface NamedRequest {
  readonly request: IncomingMessage;
  /** The framework's own request, which later middleware writes accounts on. */
  readonly host: unknown;
  /** Canonical; `''` when unknown. */
  readonly address: string;
}

/** Makes the keys that clients' sequences are kept under. Never throws. */
export class ClientKeys {
  readonly #names: readonly ClientName[];
  readonly #ipv6Prefix: number;
  readonly #secret: string | Buffer;

  /** @param secret - keys the hashes of credentials and accounts */
  constructor(names: readonly ClientName[], ipv6Prefix: number, secret: string | Buffer) {
    this.#names = names;
    this.#ipv6Prefix = ipv6Prefix;
    this.#secret = secret;
  }

  /** Every name that a request has, each once, at most eight; its address when it has none. Not empty; each of 1 to 128 characters. */
  of(named: NamedRequest): readonly [string, ...string[]] {
    if (this.#names.length === 1 && this.#names[0] === 'address') return [addressKey(named.address, this.#ipv6Prefix)];
    const keys = new Set<string>();
    for (const name of this.#names) {
      const key = this.#key(name, named);
      if (key !== null && keys.size < MAX_KEYS) keys.add(key);
    }
    const [first = addressKey(named.address, this.#ipv6Prefix), ...others] = keys;
    return [first, ...others];
  }

  /** The key of an account that somebody tried to log in to. */
  account(user: string): string {
    return this.#hashed('account', user);
  }

  #key(name: ClientName, { request, host, address }: NamedRequest): string | null {
    if (name === 'address') return addressKey(address, this.#ipv6Prefix);
    if (typeof name === 'function') return nameOf(() => name(request, host));
    const [kind, field] = 'header' in name ? (['header', name.header] as const) : (['cookie', name.cookie] as const);
    const value =
      kind === 'header' ? request.headers[field.toLowerCase()] : cookieOf(request.headers.cookie ?? '', field);
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
    return text === '' ? null : this.#hashed(`${kind}.${field.toLowerCase()}`, text);
  }

  #hashed(kind: string, value: string): string {
    const hash = createHmac('sha256', this.#secret).update(`${kind}\0${value}`).digest().subarray(0, HASH_BYTES);
    return bounded(`${kind}:${hash.toString('base64url')}`);
  }
}

/** IPv4 as it is, IPv6 as its network, e.g. `2001:db8:0:1::/64`; `unknown` for no address. */
export function addressKey(address: string, ipv6Prefix = 64): string {
  if (address === '') return 'unknown';
  if (!address.includes(':') || !isIPv6(address)) return bounded(address);
  const prefix = Math.min(64, Math.max(48, Math.trunc(ipv6Prefix)));
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/${prefix}`).toString()}/${prefix}`;
}

function nameOf(given: () => unknown): string | null {
  try {
    const name = given();
    if (typeof name === 'string') return name === '' ? null : bounded(name);
    // An async function is a mistake in the host; its rejection must not become an unhandled one.
    if (name instanceof Promise) name.catch(() => {});
    return null;
  } catch {
    return null;
  }
}

/** The first cookie of that name, as it came; undefined when there is none. */
function cookieOf(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

function bounded(key: string): string {
  return key.length <= MAX_KEY_CHARS ? key : `sha256:${createHash('sha256').update(key).digest('base64url')}`;
}
