import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import proxyAddr from 'proxy-addr';

/** Whether the machine at `hop` (0 is the socket's other end) is a proxy of ours, whose word on the next one counts. */
export type Trust = (address: string, hop: number) => boolean;

/** The fields of a request that tell where it came from. */
export interface AddressedRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket?: { readonly remoteAddress?: string | undefined } | null;
}

/**
 * Characters of `X-Forwarded-For` that are read, from the right, where our own proxies write. Room for 25 IPv6 addresses;
 * whatever a client put before them costs nothing and counts for nothing.
 */
const MAX_FORWARDED_CHARS = 1024;

/**
 * Makes the `trustProxy` option a function.
 *
 * @param trustProxy - false: nobody; true: everybody, so that any client can name itself (warn of it); a number: that many hops;
 *   addresses, CIDR ranges, `loopback`, `linklocal` and `uniquelocal`, as a list or separated by commas: these
 * @throws TypeError for what is none of these
 */
export function compileTrust(trustProxy: boolean | number | string | readonly string[]): Trust {
  if (typeof trustProxy === 'boolean') return () => trustProxy;
  if (typeof trustProxy === 'number') {
    if (!Number.isInteger(trustProxy) || trustProxy < 0) throw new TypeError('A hop count is a whole number from 0.');
    return (_address, hop) => hop < trustProxy;
  }
  const ranges = (typeof trustProxy === 'string' ? trustProxy.split(',') : trustProxy).map((range) => range.trim());
  return remembering(proxyAddr.compile(ranges));
}

/** Addresses whose trust is remembered: proxies, and the clients behind them. */
const MAX_REMEMBERED = 1_000;

/** To look an address up in ranges takes as long as many other steps of an arrival together. */
function remembering(isTrusted: Trust): Trust {
  const known = new Map<string, boolean>();
  return (address, hop) => {
    const before = known.get(address);
    if (before !== undefined) return before;
    const trusted = isTrusted(address, hop);
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(address, trusted);
    return trusted;
  };
}

/**
 * The address of the client: the socket's, or, behind trusted proxies, the first one from the right of `X-Forwarded-For`
 * that is no trusted proxy. Anything unreadable on that way falls back to the socket's address. Never throws.
 *
 * @returns canonical text, IPv4-mapped IPv6 as IPv4; `''` when unknown
 */
export function clientAddress(request: AddressedRequest, trust: Trust): string {
  const socket = canonicalAddress(request.socket?.remoteAddress ?? '');
  if (!trust(socket, 0)) return socket;
  const { names, all } = forwardedFor(request.headers['x-forwarded-for']);
  let address = socket;
  for (let hop = 1; hop <= names.length; hop++) {
    address = canonicalAddress(names[names.length - hop] ?? '');
    if (address === '') return socket;
    if (!trust(address, hop)) return address;
  }
  return all ? address : socket;
}

/** Of an IPv4 address on a socket that takes both kinds. */
const MAPPED = '::ffff:';

/** One spelling for each address, without port, brackets and zone; `''` for what is no address. */
export function canonicalAddress(text: string): string {
  // As sockets name nearly all of them.
  if (isIPv4(text)) return text;
  if (text.startsWith(MAPPED) && isIPv4(text.slice(MAPPED.length))) return text.slice(MAPPED.length);
  const bare = withoutPort(text.trim());
  if (isIPv4(bare)) return bare;
  const zone = bare.indexOf('%');
  const address = zone < 0 ? bare : bare.slice(0, zone);
  if (!isIPv6(address)) return '';
  try {
    return ipaddr.process(address).toString();
  } catch {
    return '';
  }
}

function forwardedFor(header: string | readonly string[] | undefined): { names: string[]; all: boolean } {
  const value = typeof header === 'string' ? header : (header?.join(',') ?? '');
  if (value.trim() === '') return { names: [], all: true };
  const all = value.length <= MAX_FORWARDED_CHARS;
  const names = (all ? value : value.slice(-MAX_FORWARDED_CHARS)).split(',');
  // The leftmost name of a cut value is a part of one.
  return { names: all ? names : names.slice(1), all };
}

/** `[::1]:443` → `::1`, `192.0.2.1:80` → `192.0.2.1`. */
function withoutPort(text: string): string {
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    return end < 0 ? '' : text.slice(1, end);
  }
  const colon = text.indexOf(':');
  return colon >= 0 && colon === text.lastIndexOf(':') ? text.slice(0, colon) : text;
}
