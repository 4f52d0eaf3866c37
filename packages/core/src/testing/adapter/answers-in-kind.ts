import type { Assessment } from '../../assessment/assessment.js';
import type { Rejection } from '../../policy/rejection.js';
import type { Reply } from '../http-client.js';
import type { Expect, Test } from '../suite.js';
import { ATTACK, ATTACK_PATH, json, post } from './bodies.js';
import { type AdapterHarness, type GuardedApp, withApp } from './harness.js';
import { sharing } from './sharing.js';

const PROBLEM = 'application/problem+json';
const GRAPHQL = `/graphql?query=${encodeURIComponent(`{ user(name: "${ATTACK}") { id } }`)}`;

/** A rejection in the client's own language, or in the host's. */
export function answersInKind(test: Test, expect: Expect, harness: AdapterHarness): void {
  const share = sharing<GuardedApp>(test, (use) => withApp(harness, { options: { mode: 'block' } }, use));

  share('a rejection is a problem document that names the assessment', async (app) => {
    const { reply, assessment } = await app.assessed({ path: ATTACK_PATH });
    const { title, status, instance, code, type } = JSON.parse(reply.text) as Record<string, unknown>;
    expect({ title, status, instance, code, type }).toEqual({
      title: 'Forbidden',
      status: 403,
      instance: `urn:uuid:${assessment.id}`,
      code: 'API_SECURITY_REQUEST_REJECTED',
      type: 'about:blank',
    });
  });

  share('a rejection is kept by no cache and taken for nothing else', async (app) => {
    const { reply } = await app.assessed({ path: ATTACK_PATH });
    const { 'cache-control': cache, 'x-content-type-options': sniffing, etag } = reply.headers;
    expect({ cache, sniffing, etag }).toEqual({ cache: 'no-store', sniffing: 'nosniff', etag: undefined });
    expect(reply.headers['content-length']).toBe(String(Buffer.byteLength(reply.text)));
  });

  share('a rejection of HEAD has the headers alone', async (app) => {
    const { reply } = await app.assessed({ path: ATTACK_PATH, method: 'HEAD' });
    expect({ ...kindOf(reply), text: reply.text }).toEqual({ status: 403, type: PROBLEM, text: '' });
  });

  share('a page is what a rejected browser gets', async (app) => {
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const { reply, assessment } = await app.assessed({ path: ATTACK_PATH, headers: { accept } });
    expect(kindOf(reply)).toEqual({ status: 403, type: 'text/html' });
    expect({ page: reply.text.startsWith('<!doctype html>'), named: reply.text.includes(assessment.id) }).toEqual({
      page: true,
      named: true,
    });
    expect(String(reply.headers['content-security-policy']).startsWith("default-src 'none'")).toBe(true);
  });

  for (const accept of ['*/*', 'application/json', 'application/json, text/html;q=0.5', 'text/css']) {
    share(`a client that accepts ${accept} gets a problem document`, async (app) => {
      const { reply } = await app.assessed({ path: ATTACK_PATH, headers: { accept } });
      expect(kindOf(reply)).toEqual({ status: 403, type: PROBLEM });
    });
  }

  for (const [what, sent, type] of [
    ['a GraphQL query in the URL', { path: GRAPHQL }, 'application/json'],
    ['GraphQL in JSON', json({ query: '{ a }', variables: { name: ATTACK } }, '/graphql'), 'application/json'],
    [
      'application/graphql',
      post('application/graphql', `{ user(name: "${ATTACK}") { id } }`, '/api'),
      'application/json',
    ],
    [
      'GraphQL over HTTP of today',
      { path: GRAPHQL, headers: { accept: 'application/graphql-response+json, application/json;q=0.9' } },
      'application/graphql-response+json',
    ],
  ] as const) {
    share(`${what} is rejected with errors`, async (app) => {
      const { reply, assessment } = await app.assessed(sent);
      expect(kindOf(reply)).toEqual({ status: 403, type });
      const { errors, data } = JSON.parse(reply.text) as { errors: { extensions: unknown }[]; data?: unknown };
      expect({ data, extensions: errors.map(({ extensions }) => extensions) }).toEqual({
        data: undefined,
        extensions: [{ code: 'API_SECURITY_REQUEST_REJECTED', instance: `urn:uuid:${assessment.id}` }],
      });
    });
  }

  const given: { rejection: Rejection; assessment: Assessment }[] = [];
  const own = sharing<GuardedApp>(test, (use) =>
    withApp(
      harness,
      {
        options: {
          mode: 'block',
          onReject: (rejection, assessment) => {
            given.push({ rejection, assessment });
            const headers = { 'content-type': 'application/vnd.tea+xml', 'x-tea': 'none', 'retry-after': '60' };
            return { status: 418, headers, body: `<no-tea id="${assessment.id}">für Sie</no-tea>` };
          },
        },
      },
      use,
    ),
  );

  own("the host's own answer has its status, headers and body", async (app) => {
    const { reply, assessment } = await app.assessed({ path: ATTACK_PATH });
    const { 'x-tea': tea, 'retry-after': later, 'content-length': bytes } = reply.headers;
    expect({ ...kindOf(reply), tea, later, bytes, text: reply.text }).toEqual({
      status: 418,
      type: 'application/vnd.tea+xml',
      tea: 'none',
      later: '60',
      bytes: String(Buffer.byteLength(reply.text)),
      text: `<no-tea id="${assessment.id}">für Sie</no-tea>`,
    });
    expect(app.seen.handled).toBe(0);
  });

  own("the host's own answer is made from the usual one and the assessment", async (app) => {
    const { assessment } = await app.assessed({ path: ATTACK_PATH });
    const last = given.at(-1);
    expect({ status: last?.rejection.status, id: last?.assessment.id, level: last?.assessment.level }).toEqual({
      status: 403,
      id: assessment.id,
      level: 'critical',
    });
  });

  own("the host's own answer to HEAD has no body either", async (app) => {
    const { reply } = await app.assessed({ path: ATTACK_PATH, method: 'HEAD' });
    expect({ ...kindOf(reply), text: reply.text }).toEqual({ status: 418, type: 'application/vnd.tea+xml', text: '' });
  });

  own("the host's own answer is for rejected requests only", async (app) => {
    expect((await app.assessed({ path: '/users' })).reply.status).toBe(200);
  });
}

/** Status and media type of an answer. */
function kindOf({ status, headers }: Reply): { readonly status: number; readonly type: string } {
  return { status, type: (headers['content-type'] ?? '').split(';', 1)[0] ?? '' };
}
