import fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Actor } from '../src/index.js';
import { Router } from '../src/router.js';
import { type OpenApi, type Operation, operationsOf } from './openapi-document.js';
import { type Draft, draftsOf, knownOf, wireOf } from './requests-of.js';
import { ADA, served } from './served.js';
import { socketClient, type WireAnswer, type WireRequest } from './socket-client.js';
import { fillTenants, MARK_OF_B, stateOf } from './two-tenants.js';
import { nastyBodies, wrongTexts } from './wrong-values.js';

// To see which routes it is given.
vi.mock('../src/router.js', { spy: true });

/** What everything that is made up follows from. */
const SEED = 20_260_101;
const RUNS = 40;
const BROKEN = ['{', '{"a":', '', 'NaN', '\u0000', '[1,]', "{'a': 1}", 'undefined', '\ufeff{}', '"\\ud8'];
const ODD_NAMES = ['__proto__', 'constructor', 'hasOwnProperty', 'undefined', "'%20OR%201=1--", '*', 'x'.repeat(8_000)];
const METHODS = ['GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'];

/** Those who ask, by the header that names them. The app knows more of the first than it is asked for. */
const ACTORS: Readonly<Record<string, Actor>> = {
  all: { ...ADA, password: 'hunter2' } as Actor,
  a: { ...ADA, actor: 'of a', tenant: 'a' },
  ...Object.fromEntries(
    ADA.can.map((right) => [`not ${right}`, { ...ADA, can: ADA.can.filter((one) => one !== right) }]),
  ),
};
const authorize = ({ headers }: { headers: Record<string, unknown> }) => ACTORS[String(headers['x-who'])] ?? false;

// One server for all: filling it takes longer than asking it.
const server = await served({ authorize: authorize as never });
const { security } = server;
const client = socketClient(server.url);
const { a, b, none } = await fillTenants(security);
const routes = vi.mocked(Router).mock.calls[0]?.[0] ?? [];
const document = (await server.get('/api/openapi.json', { 'x-who': 'all' })).json as unknown as OpenApi;
const operations = operationsOf(document);
const tokens = new Map<string, string>();
for (const who of Object.keys(ACTORS)) {
  tokens.set(who, String((await server.get('/api/session', { 'x-who': who })).json.csrfToken));
}

afterAll(async () => {
  client.close();
  await server.close();
});

/** Asks as somebody, with the token that is theirs. */
function ask(who: string, { headers, ...wire }: WireRequest): Promise<WireAnswer> {
  return client.send({ ...wire, headers: { 'x-who': who, 'x-csrf-token': tokens.get(who) ?? '', ...headers } });
}

/** Requests that an operation takes, about the belongings of all. */
const drafts = (operation: Operation) => draftsOf(operation, document, knownOf([a, b, none]));

function sampled(operation: Operation, count: number): Draft[] {
  return fc.sample(drafts(operation), { seed: SEED, numRuns: count });
}

function each<T>(values: fc.Arbitrary<T>, run: (value: T) => Promise<void>, numRuns: number = RUNS): Promise<void> {
  return fc.assert(fc.asyncProperty(values, run), { seed: SEED, numRuns });
}

/** Fails unless an answer refuses with one of some statuses, in the way that the document has it. */
function expectProblem(answer: WireAnswer, statuses: readonly number[], asked: unknown): void {
  const about = JSON.stringify(asked)?.slice(0, 1_000);
  expect(statuses, `${answer.status} ${answer.text.slice(0, 500)} to ${about}`).toContain(answer.status);
  expect(answer.type, about).toBe('application/problem+json');
  const { isProblem } = operations[0] as Operation;
  const problem = JSON.parse(answer.text);
  isProblem(problem);
  expect(isProblem.errors ?? null, about).toBe(null);
  expect(problem.status).toBe(answer.status);
  // Neither a stack nor a path nor a version of what runs here.
  expect(answer.text).not.toMatch(/\n\s*at |\bat \w+ \(|node_modules|node:|file:|\.[cm]?[jt]s\b|\bv?\d+\.\d+\.\d+\b/);
  expect(answer.text).not.toContain(process.cwd());
}

const states = () => Promise.all(['a', 'b', null].map((tenant) => stateOf(security, tenant)));

describe('the document', () => {
  it('has every operation that there is, and no other', () => {
    expect(operations.map(({ name }) => name).toSorted()).toEqual(
      routes.map(({ method, path }) => `${method} ${path}`).toSorted(),
    );
    expect(operations.length).toBeGreaterThan(20);
  });

  it('names the right that each operation needs, and what can be wrong', () => {
    for (const { name, method, path, right, body, statuses } of operations) {
      expect(routes.find((route) => route.method === method && route.path === path)?.right, name).toBe(right);
      const expected = [401, 403, ...(path.includes('{') ? [404] : []), ...(body === null ? [] : [400, 413, 415])];
      for (const status of expected) expect(statuses, name).toContain(status);
    }
  });
});

describe('who asks', () => {
  it.each(operations)('$name is for those who have the right', async (operation) => {
    const before = await states();
    for (const draft of sampled(operation, 3)) {
      const wire = wireOf(operation, draft);
      expectProblem(await ask('nobody', wire), [401], wire);
      expectProblem(await ask(`not ${operation.right}`, wire), [403], wire);
      if (operation.right === 'read') continue;
      const wrong: Readonly<Record<string, string>>[] = [
        { 'x-csrf-token': '' },
        { 'x-csrf-token': 'A'.repeat(43) },
        { 'x-csrf-token': tokens.get('a') ?? '' },
        { 'sec-fetch-site': 'cross-site' },
        { origin: 'https://evil.example' },
      ];
      for (const headers of wrong) {
        expectProblem(await ask('all', { ...wire, headers: { ...wire.headers, ...headers } }), [403], headers);
      }
    }
    expect(await states()).toEqual(before);
  });

  it('the document is for nobody else, either', async () => {
    expectProblem(await ask('nobody', { method: 'GET', path: '/api/openapi.json' }), [401], 'the document');
  });
});

describe('somebody with a tenant', () => {
  const readers = operations.filter(({ right, name }) => right === 'read' && !name.includes('/analyze'));

  it.each(readers)('sees nothing of another in $name', async (operation) => {
    const theirs = draftsOf(operation, document, knownOf([b]));
    await each(theirs, async (draft) => {
      const { status, type, text } = await ask('a', wireOf(operation, draft));
      expect([200, 404]).toContain(status);
      expect(text).not.toContain(MARK_OF_B);
      for (const id of [...b.alerts, ...b.exemptions]) expect(text).not.toContain(id);
      if (type !== 'application/json') return;
      for (const tenant of tenantsIn(JSON.parse(text))) expect(tenant).toBe('a');
    });
  });

  it.each(readers.filter(({ parameters }) => parameters.some(({ name }) => name === 'tenant')))(
    'is answered by $name as if no other had been named',
    async (operation) => {
      const path = { key: a.clients[0] };
      const query = Object.fromEntries(
        operation.parameters
          .filter((one) => one.name === 'from' || one.required === true)
          .map(({ name }) => [name, { medium: 0.1, high: 0.2, critical: 0.3 }[name] ?? 0]),
      );
      const own = await ask('a', wireOf(operation, { path, query, body: undefined }));
      // Somebody who sees everything asks the same in between: answers are kept.
      await ask('all', wireOf(operation, { path, query: { ...query, tenant: 'b' }, body: undefined }));
      const others = await ask('a', wireOf(operation, { path, query: { ...query, tenant: 'b' }, body: undefined }));
      expect([own.status, others]).toEqual([200, own]);
    },
  );

  it('finds nothing that is of another', async () => {
    const named: readonly (readonly [name: string, ids: readonly string[]])[] = [
      ['GET /api/clients/{key}', b.clients],
      ['POST /api/alerts/{id}/acknowledge', b.alerts],
      ['DELETE /api/bans/{client}', b.bans],
      ['DELETE /api/exemptions/{id}', [...b.exemptions, ...none.exemptions]],
    ];
    // Every operation about one thing is among them.
    expect(named.map(([name]) => name).toSorted()).toEqual(
      operations
        .filter(({ path }) => path.includes('{'))
        .map(({ name }) => name)
        .toSorted(),
    );
    for (const [name, ids] of named) {
      const operation = operations.find((one) => one.name === name) as Operation;
      for (const id of ids) {
        const draft = { path: { id, key: id, client: id }, body: operation.body === null ? undefined : {} };
        for (const query of [{}, ...(operation.body === null ? [{ tenant: 'b' }] : [])]) {
          expectProblem(await ask('a', wireOf(operation, { ...draft, query })), [404], [name, id]);
        }
      }
    }
    const many = operations.find(({ name }) => name === 'POST /api/alerts/acknowledge') as Operation;
    const answer = await ask('a', wireOf(many, { path: {}, query: {}, body: { ids: b.alerts } }));
    expect(JSON.parse(answer.text)).toEqual({ alerts: [], missing: b.alerts });
  });

  it('changes nothing of another, whatever is asked', async () => {
    const before = [await stateOf(security, 'b'), await stateOf(security, null), security.mode, security.thresholds];
    for (const operation of operations) {
      const theirs = draftsOf(operation, document, knownOf([b, none]));
      await each(theirs, async (draft) => {
        const { status } = await ask('a', wireOf(operation, draft));
        expect([200, 403, 404], operation.name).toContain(status);
      });
    }
    // The sequences of a tenant begin with its name.
    const record = operations.find(({ name }) => name === 'POST /api/analyze') as Operation;
    for (const key of [`b\0${b.clients[0]}`, String(none.clients[0])]) {
      const body = { method: 'GET', url: '/', client: key };
      const answer = await ask('a', wireOf(record, { path: {}, query: { record: true }, body }));
      expectProblem(answer, [403], body);
    }
    const after = [await stateOf(security, 'b'), await stateOf(security, null), security.mode, security.thresholds];
    expect(after).toEqual(before);
  });
});

describe('what an operation does not take', () => {
  it.each(operations)('$name refuses what is wrong in its query', async (operation) => {
    const [draft] = sampled(operation, 1) as [Draft];
    const parameters = operation.parameters.filter((one) => one.in === 'query');
    const needed = parameters.filter(({ required }) => required === true).map(({ name }) => [name, draft.query[name]]);
    const query = Object.fromEntries(needed);
    for (const { name, schema } of parameters) {
      for (const text of wrongTexts(schema, document)) {
        const wire = wireOf(operation, { ...draft, query: { ...query, [name]: text } });
        expectProblem(await ask('all', wire), [400], [name, text]);
      }
    }
    for (const [name] of needed) {
      const others = Object.fromEntries(needed.filter(([other]) => other !== name));
      expectProblem(await ask('all', wireOf(operation, { ...draft, query: others })), [400], `no ${name}`);
    }
  });

  it.each(operations.filter(({ path }) => path.includes('{')))(
    '$name finds nothing by odd names',
    async (operation) => {
      const [draft] = sampled(operation, 1) as [Draft];
      for (const part of ['%zz', '%', '%ff', '%ed%a0%80', '%00', '%2e%2e', '..', '%2f', '', ...ODD_NAMES]) {
        const path = operation.path.replace(/\{\w+\}/, () => part);
        expectProblem(await ask('all', { ...wireOf(operation, draft), path }), [404, 405], path);
      }
    },
  );

  const withBody = operations.filter(({ body }) => body !== null);

  it.each(withBody)('$name refuses every body that its schema does not take', async (operation) => {
    let refused = 0;
    const bodies = nastyBodies(drafts(operation).map(({ body }) => body));
    const [draft] = sampled(operation, 1) as [Draft];
    await each(
      bodies,
      async (body) => {
        const answer = await ask('all', wireOf(operation, { ...draft, body }));
        if (operation.isBody(body)) return void expect(answer.status, answer.text).toBeLessThan(500);
        expectProblem(answer, [400], body);
        refused += 1;
      },
      2 * RUNS,
    );
    expect(refused).toBeGreaterThan(0);
    expect(({} as { polluted?: unknown }).polluted).toBe(undefined);
  });

  it.each(withBody)('$name refuses what is no JSON, or too much', async (operation) => {
    const wire = wireOf(operation, sampled(operation, 1)[0] as Draft);
    for (const body of [...BROKEN, Buffer.from([0x22, 0xff, 0xfe]), '['.repeat(200_000)]) {
      expectProblem(await ask('all', { ...wire, body }), [400], body.slice(0, 20));
    }
    expectProblem(await ask('all', { ...wire, body: Buffer.alloc(9_000_000, 0x20) }), [413], 'a long body');
    // The connection is good for the ones that follow.
    for (const type of ['', 'text/plain', 'application/jsonp', 'application/x-www-form-urlencoded', 'text/json']) {
      expectProblem(await ask('all', { ...wire, headers: { 'content-type': type } }), [415], type);
    }
  });

  it.each(operations)('$name has no other methods', async (operation) => {
    const { path } = wireOf(operation, sampled(operation, 1)[0] as Draft);
    const known = operations.filter((one) => one.path === operation.path).map(({ method }) => method);
    for (const method of METHODS.filter((one) => !known.includes(one))) {
      // What is a name of an operation may be that of a thing, too.
      expectProblem(await ask('all', { method, path }), [404, 405], [method, path]);
    }
  });

  it('is nothing else below /api', async () => {
    const parts = fc.oneof(
      fc.constantFrom('logs', 'alerts', 'API', '', '%2e%2e', '%2f', '%zz', '__proto__', ';', '{id}', ...ODD_NAMES),
      fc.string({ unit: 'binary', maxLength: 8 }).map((text) => encodeURIComponent(text.toWellFormed())),
    );
    const wires = fc
      .tuple(fc.constantFrom(...METHODS), fc.array(parts, { minLength: 2, maxLength: 6 }))
      .map(([method, given]) => ({ method, path: `/api/${given.join('/')}` }))
      // Parts that lead upwards may lead to something.
      .filter(({ path }) => {
        const { pathname } = new URL(`http://localhost${path}`);
        return pathname.startsWith('/api/') && !operations.some((one) => one.path === pathname);
      });
    const find = async (wire: WireRequest): Promise<void> => expectProblem(await ask('all', wire), [404, 405], wire);
    await each(wires, find, 200);
  });
});

describe('what an operation takes', () => {
  it.each(operations)('$name answers as it says', async (operation) => {
    let good = 0;
    await each(drafts(operation), async (draft) => {
      const wire = wireOf(operation, draft);
      const { status, type, text } = await ask('all', wire);
      const { isAnswer, isProblem, statuses } = operation;
      expect([200, 404], text.slice(0, 500)).toContain(status);
      expect(statuses).toContain(status);
      const check = status === 200 ? isAnswer : isProblem;
      expect(type).toBe(status === 200 ? operation.type : 'application/problem+json');
      check(type.endsWith('json') ? JSON.parse(text) : text);
      expect(check.errors ?? null, text.slice(0, 2_000)).toBe(null);
      if (status === 200) good += 1;
    });
    expect(good).toBeGreaterThan(0);
  });
});

/** Every `tenant` that an answer names. */
function tenantsIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => (name === 'tenant' ? [inner] : tenantsIn(inner)));
}
