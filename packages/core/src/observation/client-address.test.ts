import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalAddress, clientAddress, compileTrust } from './client-address.js';

function address(
  remoteAddress: string | undefined,
  forwarded: string | string[] | undefined,
  trust: Parameters<typeof compileTrust>[0],
): string {
  return clientAddress({ headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress } }, compileTrust(trust));
}

describe('clientAddress', () => {
  it('is the socket address where no proxy is trusted, whatever the headers say', () => {
    expect(address('192.0.2.1', '203.0.113.9', false)).toBe('192.0.2.1');
    expect(address('192.0.2.1', '203.0.113.9', '10.0.0.0/8')).toBe('192.0.2.1');
    expect(address('192.0.2.1', '203.0.113.9', 0)).toBe('192.0.2.1');
    expect(address('192.0.2.1', '203.0.113.9', [])).toBe('192.0.2.1');
  });

  it('is the first untrusted address from the right behind trusted proxies', () => {
    expect(address('10.0.0.1', '203.0.113.9', '10.0.0.0/8')).toBe('203.0.113.9');
    expect(address('10.0.0.1', '1.1.1.1, 203.0.113.9, 10.0.0.2', ['10.0.0.0/8'])).toBe('203.0.113.9');
    expect(address('127.0.0.1', '1.1.1.1, 203.0.113.9', 'loopback, uniquelocal')).toBe('203.0.113.9');
    expect(address('::1', '2001:db8::9', 'loopback')).toBe('2001:db8::9');
    expect(address('::ffff:10.0.0.1', '203.0.113.9', '10.0.0.0/8')).toBe('203.0.113.9');
  });

  it('counts hops', () => {
    const forwarded = '1.1.1.1, 2.2.2.2, 3.3.3.3';
    expect(address('10.0.0.1', forwarded, 1)).toBe('3.3.3.3');
    expect(address('10.0.0.1', forwarded, 2)).toBe('2.2.2.2');
    expect(address('10.0.0.1', forwarded, 9)).toBe('1.1.1.1');
    expect(address('10.0.0.1', forwarded, true)).toBe('1.1.1.1');
  });

  it('reads several headers as one list', () => {
    expect(address('10.0.0.1', ['1.1.1.1', '2.2.2.2'], 1)).toBe('2.2.2.2');
    expect(address('10.0.0.1', ['1.1.1.1', '2.2.2.2'], 2)).toBe('1.1.1.1');
  });

  it('takes ports, brackets and zones off', () => {
    expect(address('10.0.0.1', '203.0.113.9:51234', 1)).toBe('203.0.113.9');
    expect(address('10.0.0.1', '[2001:DB8::1]:443', 1)).toBe('2001:db8::1');
    expect(address('fe80::1%eth0', undefined, false)).toBe('fe80::1');
  });

  it('falls back to the socket address for what is no address', () => {
    for (const odd of [
      '',
      ' ',
      'unknown',
      '_hidden',
      '999.1.1.1',
      '1.2.3',
      '0x7f.1',
      '2130706433',
      '__proto__',
      '[::1',
      ',',
      '::1::2',
    ]) {
      expect(address('10.0.0.1', odd, 1)).toBe('10.0.0.1');
    }
    expect(address('10.0.0.1', 'garbage, 10.0.0.2', '10.0.0.0/8')).toBe('10.0.0.1');
  });

  it('reads what our proxies wrote at the right of a huge value, and nothing of what a client put before it', () => {
    const padding = '1.1.1.1,'.repeat(1250);
    expect(address('10.0.0.1', `${padding}203.0.113.9`, 1)).toBe('203.0.113.9');
    expect(address('10.0.0.1', 'x'.repeat(10_000), 1)).toBe('10.0.0.1');
    expect(address('10.0.0.1', `${padding}203.0.113.9`, true)).toBe('10.0.0.1');
  });

  it('is empty where there is no socket address', () => {
    expect(address(undefined, undefined, false)).toBe('');
    expect(clientAddress({ headers: {} }, compileTrust(true))).toBe('');
    expect(address(undefined, '203.0.113.9', 1)).toBe('203.0.113.9');
  });

  it('takes any header, and only ever answers an address', () => {
    const anyAddress = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string());
    fc.assert(
      fc.property(fc.array(anyAddress), fc.nat(5), (names, hops) => {
        const result = address('10.0.0.1', names.join(', '), hops);
        expect(canonicalAddress(result)).toBe(result);
        expect(result).not.toBe('');
      }),
    );
  });
});

describe('canonicalAddress', () => {
  it('folds every spelling of an IPv4-mapped address', () => {
    for (const spelling of [
      '::ffff:192.0.2.1',
      '::FFFF:192.0.2.1',
      '::ffff:c000:201',
      '::ffff:C000:0201',
      '0:0:0:0:0:ffff:192.0.2.1',
      '0000:0000:0000:0000:0000:ffff:c000:0201',
      '[::ffff:192.0.2.1]:80',
    ]) {
      expect(canonicalAddress(spelling)).toBe('192.0.2.1');
    }
  });

  it('gives one spelling to each IPv6 address', () => {
    for (const spelling of ['2001:db8::1', '2001:DB8:0:0::1', '2001:0db8:0000:0000:0000:0000:0000:0001']) {
      expect(canonicalAddress(spelling)).toBe('2001:db8::1');
    }
  });
});

describe('compileTrust', () => {
  it('refuses what it does not understand', () => {
    for (const wrong of [-1, 1.5, Number.NaN, 'nonsense', '', '10.0.0.0/33', ['10.0.0.1', 'x']]) {
      expect(() => compileTrust(wrong)).toThrow(TypeError);
    }
  });
});
