import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressKey, clientKey } from './client-key.js';

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

describe('clientKey', () => {
  const request = { account: 'a-1' };

  it('is the name that the host gives, else made of the address', () => {
    expect(clientKey(request, '192.0.2.1', { client: ({ account }) => account })).toBe('a-1');
    expect(clientKey(request, '192.0.2.1')).toBe('192.0.2.1');
    expect(clientKey(request, '192.0.2.1', { client: null })).toBe('192.0.2.1');
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
    for (const client of answers as (() => string)[])
      expect(clientKey(request, '192.0.2.1', { client })).toBe('192.0.2.1');
    // A rejection that nobody handled would end the run here.
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('is bounded, and long names stay apart', () => {
    const key = (name: string): string => clientKey(request, '', { client: () => name });
    expect(key('x'.repeat(128))).toBe('x'.repeat(128));
    expect(key('x'.repeat(129))).toMatch(/^sha256:[\w-]{43}$/);
    expect(key('x'.repeat(10_000))).not.toBe(key(`${'x'.repeat(9999)}y`));
    expect(key('__proto__')).toBe('__proto__');
  });

  it('is a short text for any address and name', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()),
        fc.option(fc.string({ maxLength: 300 })),
        (address, name) => {
          const key = clientKey(request, address, { client: () => name ?? undefined });
          expect(key.length).toBeGreaterThan(0);
          expect(key.length).toBeLessThanOrEqual(128);
        },
      ),
    );
  });
});
