import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnsweredRequest, createRejection } from './rejection.js';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const BROWSER = 'text/html,application/xhtml+xml,*/*;q=0.8';

const accepting = (accept: string | undefined): AnsweredRequest => ({
  path: '/users',
  headers: accept === undefined ? [] : [['accept', accept]],
});

describe('createRejection', () => {
  it('is a problem document with a stable code and the assessment', () => {
    const { status, headers, body } = createRejection({
      assessmentId: ID,
      request: accepting('*/*'),
      code: 'API_SECURITY_REQUEST_REJECTED',
    });
    expect(status).toBe(403);
    expect(headers).toEqual({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(JSON.parse(body)).toEqual({
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
      detail: expect.any(String),
      instance: `urn:uuid:${ID}`,
      code: 'API_SECURITY_REQUEST_REJECTED',
    });
  });

  it('is 503, never 403, for an inspection that failed', () => {
    const { status, body } = createRejection({
      assessmentId: ID,
      request: accepting(undefined),
      code: 'API_SECURITY_UNAVAILABLE',
    });
    expect(status).toBe(503);
    expect(JSON.parse(body)).toMatchObject({
      title: 'Service Unavailable',
      status: 503,
      code: 'API_SECURITY_UNAVAILABLE',
    });
  });

  it('says when to come back, in whole seconds', () => {
    const retryAfter = (retryAfterS: number): string | undefined =>
      createRejection({
        assessmentId: ID,
        request: accepting(''),
        code: 'API_SECURITY_REQUEST_REJECTED',
        retryAfterS,
        status: 429,
      }).headers['retry-after'];
    expect(retryAfter(59.2)).toBe('60');
    expect(retryAfter(0)).toBe('0');
    expect(retryAfter(-5)).toBe('0');
  });

  it('takes another status, with its title', () => {
    const input = { assessmentId: ID, request: accepting(''), code: 'API_SECURITY_REQUEST_REJECTED' } as const;
    expect(JSON.parse(createRejection({ ...input, status: 429 }).body)).toMatchObject({
      status: 429,
      title: 'Too Many Requests',
    });
    expect(JSON.parse(createRejection({ ...input, status: 499 }).body)).toMatchObject({
      status: 499,
      title: 'Rejected',
    });
  });

  it('is a page that loads and runs nothing where the client asks for one', () => {
    const { headers, body } = createRejection({
      assessmentId: ID,
      request: accepting(BROWSER),
      code: 'API_SECURITY_REQUEST_REJECTED',
    });
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).toContain(`urn:uuid:${ID}`);
    expect(body).toContain('403 Forbidden');
  });

  it('never lets an id become markup or break the document', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constant('"><script>alert(1)</script>')), (assessmentId) => {
        const code = 'API_SECURITY_REQUEST_REJECTED';
        const page = createRejection({ assessmentId, request: accepting(BROWSER), code }).body;
        const plain = createRejection({ assessmentId: '', request: accepting(BROWSER), code }).body;
        expect(page.match(/[<>"]/g)).toEqual(plain.match(/[<>"]/g));
        const problem = JSON.parse(createRejection({ assessmentId, request: accepting(''), code }).body);
        expect(problem.instance).toBe(`urn:uuid:${assessmentId}`);
      }),
    );
  });

  it('is what a GraphQL client reads, where the request is for one', () => {
    const code = 'API_SECURITY_REQUEST_REJECTED';
    const answer = (path: string, headers: AnsweredRequest['headers']) => {
      const { headers: answered, body } = createRejection({ assessmentId: ID, request: { path, headers }, code });
      return { type: answered['content-type'], ...(JSON.parse(body) as object) };
    };
    const errors = [{ message: expect.any(String), extensions: { code, instance: `urn:uuid:${ID}` } }];
    expect(answer('/api/graphql', [])).toEqual({ type: 'application/json', errors });
    expect(answer('/api', [['content-type', 'application/graphql']])).toEqual({ type: 'application/json', errors });
    const accept = 'application/graphql-response+json, application/json;q=0.9';
    expect(answer('/api', [['accept', accept]])).toEqual({ type: 'application/graphql-response+json', errors });
    expect(answer('/graphql-docs', [])).not.toHaveProperty('errors');
  });
});
