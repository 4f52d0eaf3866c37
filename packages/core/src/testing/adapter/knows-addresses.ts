import type { Expect, Test } from '../suite.js';
import { type AdapterHarness, type GuardedApp, withApp } from './harness.js';
import { sharing } from './sharing.js';

const SOCKET = '127.0.0.1';

/** What a proxy on this machine may forward, and whom the request is then from: what → [header, address]. */
const FORWARDED: Readonly<Record<string, readonly [header: string, address: string]>> = {
  'one address': ['198.51.100.7', '198.51.100.7'],
  'the nearest of many addresses': ['203.0.113.9, 192.0.2.1, 198.51.100.7', '198.51.100.7'],
  'an address in front of trusted ones': ['203.0.113.9, 198.51.100.7, 127.0.0.1, ::1', '198.51.100.7'],
  'an address with a port': ['198.51.100.7:4711', '198.51.100.7'],
  'an IPv6 address': ['2001:db8::7', '2001:db8::7'],
  'an IPv6 address in full': ['2001:0DB8:0000:0000:0000:0000:0000:0007', '2001:db8::7'],
  'an IPv6 address in brackets': ['[2001:db8::7]', '2001:db8::7'],
  'an IPv6 address with a port': ['[2001:db8::7]:443', '2001:db8::7'],
  'an IPv4 address as IPv6': ['::ffff:198.51.100.7', '198.51.100.7'],
  'an IPv4 address as IPv6 in hex': ['::ffff:c633:6407', '198.51.100.7'],
  'nothing but commas': [', ,', SOCKET],
  'a word': ['unknown', SOCKET],
  'half an address': ['198.51.100', SOCKET],
  'a bracket that stays open': ['[2001:db8::7', SOCKET],
  'a word nearest to us': ['198.51.100.7, unknown', SOCKET],
  'the name of a prototype': ['__proto__', SOCKET],
  'the names of object members': ['constructor, then, toString, length', SOCKET],
  '10 kB of one address': ['9'.repeat(10_000), SOCKET],
  '10 kB of addresses': [`${'203.0.113.9, '.repeat(780)}198.51.100.7`, '198.51.100.7'],
  '10 kB of trusted addresses': ['127.0.0.1, '.repeat(900), SOCKET],
};

/** Whose a request is: the socket's, unless a proxy that is trusted says otherwise. */
export function knowsAddresses(test: Test, expect: Expect, harness: AdapterHarness): void {
  const trusting = sharing<GuardedApp>(test, (use) => withApp(harness, { options: { trustProxy: 'loopback' } }, use));
  for (const [what, [header, address]] of Object.entries(FORWARDED)) {
    trusting(`behind a trusted proxy, ${what} names ${address}`, async (app) => {
      const { reply, assessment } = await app.assessed({ headers: { 'x-forwarded-for': header } });
      expect({ status: reply.status, address: assessment.client.address }).toEqual({ status: 200, address });
    });
  }

  trusting('two addresses of one IPv6 network are one client', async (app) => {
    const keys = await keysOf(app, ['2001:db8:0:1::7', '2001:db8:0:1:ffff::9', '2001:db8:0:2::7']);
    expect(keys).toEqual(['2001:db8:0:1::/64', '2001:db8:0:1::/64', '2001:db8:0:2::/64']);
  });

  trusting('two IPv4 addresses are two clients', async (app) => {
    expect(await keysOf(app, ['198.51.100.7', '198.51.100.8'])).toEqual(['198.51.100.7', '198.51.100.8']);
  });

  trusting('a proxy shares no flow with the clients behind it', async (app) => {
    const { assessment } = await app.assessed({ headers: { 'x-forwarded-for': '198.51.100.7' } });
    expect({ flow: assessment.scores.flow, features: assessment.features.length }).toEqual({ flow: null, features: 0 });
    const { assessment: own } = await app.assessed({});
    expect({ flow: own.scores.flow === null, features: own.features.length }).toEqual({ flow: false, features: 52 });
  });

  const wary = sharing<GuardedApp>(test, (use) => withApp(harness, {}, use));
  for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'true-client-ip', 'cf-connecting-ip']) {
    wary(`without trust in a proxy, ${name} names nobody`, async (app) => {
      const { assessment } = await app.assessed({ headers: { [name]: '198.51.100.7' } });
      expect(assessment.client).toEqual({ key: SOCKET, address: SOCKET });
    });
  }

  test('a number of trusted proxies counts from the right', async () => {
    await withApp(harness, { options: { trustProxy: 2 } }, async (app) => {
      const headers = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7, 192.0.2.1' };
      expect((await app.assessed({ headers })).assessment.client.address).toBe('198.51.100.7');
    });
  });

  test('a proxy that is not trusted forwards nothing', async () => {
    await withApp(harness, { options: { trustProxy: ['10.0.0.0/8'] } }, async (app) => {
      const headers = { 'x-forwarded-for': '198.51.100.7' };
      expect((await app.assessed({ headers })).assessment.client.address).toBe(SOCKET);
    });
  });

  test('the network that makes an IPv6 client can be wider', async () => {
    await withApp(harness, { options: { trustProxy: 'loopback', ipv6Prefix: 48 } }, async (app) => {
      const keys = await keysOf(app, ['2001:db8:0:1::7', '2001:db8:0:2::7', '2001:db8:1:1::7']);
      expect(keys).toEqual(['2001:db8::/48', '2001:db8::/48', '2001:db8:1::/48']);
    });
  });
}

/** The client keys of requests forwarded from these addresses. */
async function keysOf(app: GuardedApp, addresses: readonly string[]): Promise<string[]> {
  const keys: string[] = [];
  for (const address of addresses) {
    const { assessment } = await app.assessed({ headers: { 'x-forwarded-for': address } });
    keys.push(assessment.client.key);
  }
  return keys;
}
