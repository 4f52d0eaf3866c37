import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Characters of a key; a longer one is replaced by its digest, so that keys stay apart and bounded. */
const MAX_KEY_CHARS = 128;
/** The smallest network that providers give a customer (RFC 6177): addresses within it cost their owner nothing. */
const DEFAULT_IPV6_PREFIX = 64;

/** How clients are told apart. */
export interface ClientKeyOptions<R> {
  /**
   * Names the client, e.g. by account or API key; return only what the host has verified. Undefined, an empty text, anything
   * else or a throw falls back to the address.
   */
  readonly client?: ((request: R) => string | undefined) | null;
  /** Bits of an IPv6 address that make a client, 48 to 64. @defaultValue 64 */
  readonly ipv6Prefix?: number;
}

/** What the sequence of a request's client is kept under; never empty, at most 128 characters. Never throws. */
export function clientKey<R>(request: R, address: string, options: ClientKeyOptions<R> = {}): string {
  const named = nameOf(request, options.client);
  return named === null ? addressKey(address, options.ipv6Prefix) : bounded(named);
}

/** IPv4 as it is, IPv6 as its network, e.g. `2001:db8:0:1::/64`; `unknown` for no address. */
export function addressKey(address: string, ipv6Prefix: number = DEFAULT_IPV6_PREFIX): string {
  if (address === '') return 'unknown';
  if (!isIPv6(address)) return bounded(address);
  const prefix = Math.min(64, Math.max(48, Math.trunc(ipv6Prefix)));
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/${prefix}`).toString()}/${prefix}`;
}

function nameOf<R>(request: R, client: ClientKeyOptions<R>['client']): string | null {
  if (client == null) return null;
  try {
    const name: unknown = client(request);
    if (typeof name === 'string') return name === '' ? null : name;
    // An async function is a mistake in the host; its rejection must not become an unhandled one.
    if (name instanceof Promise) name.catch(() => {});
    return null;
  } catch {
    return null;
  }
}

function bounded(key: string): string {
  return key.length <= MAX_KEY_CHARS ? key : `sha256:${createHash('sha256').update(key).digest('base64url')}`;
}
