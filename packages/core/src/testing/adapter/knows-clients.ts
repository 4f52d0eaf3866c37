import type { IncomingMessage } from 'node:http';
import type { ClientName } from '../../observation/client-keys.js';
import { sequenceKeyOf } from '../../sequence/sequence-key.js';
import type { Sent } from '../http-client.js';
import type { Expect, Test } from '../suite.js';
import { type AdapterHarness, type GuardedApp, withApp } from './harness.js';
import { sharing } from './sharing.js';

const KEY = 'a-key-of-ours-0123456789';

/** A request as authentication leaves it. */
type Authenticated = IncomingMessage & { user?: string };

/** Who a client is: an address, a credential, an account, or several of them at once. */
export function knowsClients(test: Test, expect: Expect, harness: AdapterHarness): void {
  const named = (client: ClientName | readonly ClientName[]) =>
    sharing<GuardedApp>(test, (use) => withApp(harness, { options: { client, trustProxy: 'loopback' } }, use));

  const byHeader = named({ header: 'X-Api-Key' });
  byHeader('an API key names a client wherever it comes from, and is not shown', async (app) => {
    const keys = await keysOf(app, [
      from('198.51.100.7', { 'x-api-key': KEY }),
      from('198.51.100.8', { 'x-api-key': KEY }),
      from('198.51.100.7', { 'x-api-key': `${KEY}!` }),
    ]);
    expect({ same: keys[0] === keys[1], other: keys[0] !== keys[2] }).toEqual({ same: true, other: true });
    expect(keys.filter((key) => key.startsWith('header.x-api-key:') && !key.includes(KEY)).length).toBe(3);
  });

  byHeader('a client without the API key is known by its address', async (app) => {
    expect(await keysOf(app, [from('198.51.100.7')])).toEqual(['198.51.100.7']);
  });

  byHeader('an API key of 10 kB makes a short name', async (app) => {
    const [key = ''] = await keysOf(app, [from('198.51.100.7', { 'x-api-key': 'k'.repeat(10_000) })]);
    expect({ named: key.startsWith('header.x-api-key:'), short: key.length <= 128 }).toEqual({
      named: true,
      short: true,
    });
  });

  const byCookie = named({ cookie: 'sid' });
  byCookie('a session names a client', async (app) => {
    const keys = await keysOf(app, [
      from('198.51.100.7', { cookie: `theme=dark; sid=${KEY}` }),
      from('198.51.100.8', { cookie: `sid=${KEY}; theme=light` }),
      from('198.51.100.7', { cookie: 'theme=dark; xsid=7' }),
    ]);
    expect({ same: keys[0] === keys[1], kind: keys[0]?.split(':')[0], without: keys[2] }).toEqual({
      same: true,
      kind: 'cookie.sid',
      without: '198.51.100.7',
    });
  });

  const byFunction = named((request) => request.headers['x-account'] as string | undefined);
  byFunction("the host's own function names a client", async (app) => {
    const sent = [from('198.51.100.7', { 'x-account': 'ann' }), from('198.51.100.8', { 'x-account': 'ann' })];
    expect(await keysOf(app, sent)).toEqual(['ann', 'ann']);
  });
  for (const name of ['__proto__', 'constructor', 'a key\twith a tab']) {
    byFunction(`a client may be called ${JSON.stringify(name)}`, async (app) => {
      const steps: number[] = [];
      for (let i = 0; i < 2; i++) {
        const step = app.nextStep();
        await app.assessed(from('198.51.100.7', { 'x-account': name }));
        await step;
        steps.push((await app.security.sequences.recent(name)).length);
      }
      expect(steps).toEqual([1, 2]);
    });
  }

  const byNothing = named([() => undefined, () => '']);
  byNothing('a function that names nobody leaves the address', async (app) => {
    expect(await keysOf(app, [from('198.51.100.7')])).toEqual(['198.51.100.7']);
  });

  const byBoth = named([{ header: 'x-api-key' }, 'address']);
  byBoth('a request enters the sequence of each of its names', async (app) => {
    for (const [index, address] of ['192.0.2.1', '192.0.2.2'].entries()) {
      const step = app.nextStep();
      const { assessment } = await app.assessed(from(address, { 'x-api-key': 'of both' }));
      await step;
      expect((await app.security.sequences.recent(assessment.client.key)).length).toBe(index + 1);
      expect((await app.security.sequences.recent(address)).length).toBe(1);
    }
  });

  for (const mode of ['monitor', 'block'] as const) {
    test(`${mode} judges a request by the most suspicious of its sequences`, async () => {
      // Five requests are one too many.
      const sequenceScore = (_steps: Float32Array, mask: Float32Array) => (stepsIn(mask) >= 5 ? 0.99 : 0.01);
      const client = ['address', { header: 'x-api-key' }] as const;
      const options = { mode, client, trustProxy: 'loopback' };
      await withApp(harness, { options, runtime: { sequenceScore } }, async (app) => {
        const ask = async (address: string, key: string) => {
          const step = app.nextStep();
          const { reply, assessment } = await app.assessed(from(address, { 'x-api-key': key }));
          await step;
          return { status: reply.status, level: assessment.level };
        };
        const calm = { status: 200, level: 'low' };
        for (let i = 1; i <= 4; i++) expect(await ask(`198.51.100.${i}`, 'shared')).toEqual(calm);
        const rejected = { status: mode === 'block' ? 403 : 200, level: 'critical' };
        expect(await ask('198.51.100.5', 'shared')).toEqual(rejected);
        expect(await ask('198.51.100.5', 'another')).toEqual(calm);
        expect(await ask('198.51.100.6', 'another')).toEqual(calm);
      });
    });
  }

  test('a name that later middleware gives is added when the request is complete', async () => {
    const client: ClientName[] = ['address', (request: Authenticated) => request.user];
    const handler = async ({ request }: { readonly request: Authenticated }) => {
      if (request.headers.authorization !== undefined) request.user = 'ann';
      return {};
    };
    await withApp(harness, { handler, options: { mode: 'block', client, trustProxy: 'loopback' } }, async (app) => {
      for (const [address, authorization] of [
        ['198.51.100.7', 'Bearer 7'],
        ['198.51.100.8', 'Bearer 8'],
        ['198.51.100.9', undefined],
      ] as const) {
        const step = app.nextStep();
        const { assessment } = await app.assessed(from(address, authorization === undefined ? {} : { authorization }));
        await step;
        expect(assessment.client.key).toBe(address);
        expect((await app.security.sequences.recent(address)).length).toBe(1);
      }
      expect((await app.security.sequences.recent('ann')).length).toBe(2);
    });
  });

  test('clients of different tenants never share a sequence', async () => {
    const tenant = (request: IncomingMessage) => String(request.headers['x-tenant']);
    await withApp(harness, { options: { tenant } }, async (app) => {
      const lengths: number[] = [];
      for (const name of ['one', 'two', 'one']) {
        const step = app.nextStep();
        const { assessment } = await app.assessed({ headers: { 'x-tenant': name } });
        await step;
        expect(assessment.tenant).toBe(name);
        lengths.push((await app.security.sequences.recent(sequenceKeyOf(name, '127.0.0.1'))).length);
      }
      expect(lengths).toEqual([1, 1, 2]);
    });
  });
}

/** A request as a proxy forwards it. */
function from(address: string, headers: Readonly<Record<string, string>> = {}): Sent {
  return { path: '/users', headers: { ...headers, 'x-forwarded-for': address } };
}

async function keysOf(app: GuardedApp, requests: readonly Sent[]): Promise<string[]> {
  const keys: string[] = [];
  for (const sent of requests) keys.push((await app.assessed(sent)).assessment.client.key);
  return keys;
}

function stepsIn(mask: Float32Array): number {
  return mask.reduce((sum, one) => sum + one, 0);
}
