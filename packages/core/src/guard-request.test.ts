import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { ApiSecurity, RequestContext } from './api-security.js';
import type { Assessment } from './assessment/assessment.js';
import { type FrameworkRequest, guardRequest } from './guard-request.js';

type Guarded = [request: IncomingMessage, response: ServerResponse, context: RequestContext];

function noting() {
  const guarded: Guarded[] = [];
  const guard = (...given: Guarded) => {
    guarded.push(given);
    return null;
  };
  const incoming = new IncomingMessage(new Socket());
  return { engine: { guard } as unknown as ApiSecurity, guarded, incoming, outgoing: new ServerResponse(incoming) };
}

describe('guardRequest', () => {
  it("takes Node's own request, also where something on it is called raw, and one that holds it", () => {
    const { engine, guarded, incoming, outgoing } = noting();
    void guardRequest(engine, Object.assign(incoming, { raw: Buffer.from('tea') }), outgoing);
    void guardRequest(engine, { raw: incoming }, { raw: outgoing });
    expect(guarded.map(([request, response]) => [request === incoming, response === outgoing])).toEqual([
      [true, true],
      [true, true],
    ]);
  });

  it('has the assessment on the request: null until there is one', () => {
    const { engine, guarded, incoming, outgoing } = noting();
    const request: FrameworkRequest = { raw: incoming };
    void guardRequest(engine, request, outgoing);
    expect(request.apiSecurity).toBe(null);
    const assessment = { level: 'low' } as Assessment;
    guarded[0]?.[2].expose?.(assessment);
    expect(request.apiSecurity).toBe(assessment);
  });

  it('knows the response of a request whose watch began early, and leaves one alone that has none', () => {
    const { engine, guarded, incoming, outgoing } = noting();
    expect(guardRequest(engine, incoming, undefined)).toBe(null);
    expect(guarded).toEqual([]);
    void guardRequest(engine, { raw: incoming }, outgoing, { early: true });
    void guardRequest(engine, incoming, undefined);
    expect(guarded.map(([, response]) => response === outgoing)).toEqual([true, true]);
  });
});
