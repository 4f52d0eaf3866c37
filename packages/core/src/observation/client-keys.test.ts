import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressKey, ClientKeys, type ClientName } from './client-keys.js';

describe('addressKey', () => {
  it('is an IPv4 address itself and the network of an IPv6 address', () => {
    expect(addressKey('192.0.2.1')).toBe('192.0.2.1');
    expect(addressKey('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(addressKey('2001:db8:1:2::ffff')).toBe('2001:db8:1:2::/64');
    expect(addressKey('2001:db8:1:3::')).not.toBe(addressKey('2001:db8:1:2::'));
  });

  it('takes a shorter prefix down to /48', () => {
    expect(addressKey('2001:db8:1:2ff::1', 56)).toBe('2001:db8:1:200::/56');
    expect(addressKey('2001:db8:1:2::1', 48)).toBe('2001:db8:1::/48');
    expect(addressKey('2001:db8:1:2::1', 16)).toBe('2001:db8:1::/48');
    expect(addressKey('2001:db8:1:2::1', 128)).toBe('2001:db8:1:2::/64');
  });

  it('is never empty', () => {
    expect(addressKey('')).toBe('unknown');
  });
});

/** Keys of a request with the given headers from one address. */
function keysOf(
  names: readonly ClientName[],
  headers: IncomingMessage['headers'] = {},
  { host = {}, secret = 'a secret' }: { host?: unknown; secret?: string } = {},
) {
  const request = { headers } as IncomingMessage;
  return new ClientKeys(names, 64, secret).of({ request, host, address: '192.0.2.1' });
}

describe('ClientKeys', () => {
  it('takes every name that the request has, in order', () => {
    const names: ClientName[] = [
      { header: 'X-Api-Key' },
      'address',
      { cookie: 'sid' },
      (_request, host) => (host as { user?: string }).user,
    ];
    const keys = keysOf(names, { 'x-api-key': 'k-1', cookie: 'theme=dark; sid=s-1' }, { host: { user: 'u-1' } });
    expect(keys.map((key) => key.split(':')[0])).toEqual(['header.x-api-key', '192.0.2.1', 'cookie.sid', 'u-1']);
    expect(keysOf(names)).toEqual(['192.0.2.1']);
    expect(keysOf([{ header: 'x-api-key' }])).toEqual(['192.0.2.1']);
  });

  it('keeps credentials as keyed hashes', () => {
    const key = (value: string, secret = 'a secret') =>
      keysOf([{ header: 'authorization' }], { authorization: value }, { secret })[0];
    expect(key('Bearer very-secret')).toMatch(/^header\.authorization:[\w-]{22}$/);
    expect(key('Bearer very-secret')).toBe(key('Bearer very-secret'));
    expect(key('Bearer very-secret')).not.toBe(key('Bearer other'));
    expect(key('Bearer very-secret')).not.toBe(key('Bearer very-secret', 'another secret'));
    expect(new ClientKeys([], 64, 's').account('ann@example.org')).not.toContain('ann');
  });

  it('falls back to the address when the host has no name, throws or answers something else', async () => {
    const answers: (() => unknown)[] = [
      () => undefined,
      () => '',
      () => 7,
      () => null,
      () => ({ toString: () => 'x' }),
      () => {
        throw new Error('planted');
      },
      async () => 'late',
      async () => {
        throw new Error('planted');
      },
    ];
    for (const client of answers as (() => string)[]) expect(keysOf([client])).toEqual(['192.0.2.1']);
    // A rejection that nobody handled would end the run here.
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('is bounded, in number and length, and long names stay apart', () => {
    const key = (name: string): string => keysOf([() => name])[0];
    expect(key('x'.repeat(128))).toBe('x'.repeat(128));
    expect(key('x'.repeat(129))).toMatch(/^sha256:[\w-]{43}$/);
    expect(key('x'.repeat(10_000))).not.toBe(key(`${'x'.repeat(9999)}y`));
    expect(key('__proto__')).toBe('__proto__');
    expect(keysOf(Array.from({ length: 20 }, (_, i) => () => `name ${i}`))).toHaveLength(8);
  });

  it('are short texts for any name and header', () => {
    fc.assert(
      fc.property(fc.option(fc.string({ maxLength: 300 })), fc.string(), (name, header) => {
        const names: ClientName[] = [() => name ?? undefined, { header: 'x' }, { cookie: 'sid' }];
        const keys = keysOf(names, { x: header, cookie: `sid=${header}` });
        expect(keys.length).toBeGreaterThan(0);
        for (const key of keys) expect(key.length > 0 && key.length <= 128).toBe(true);
      }),
    );
  });
});
