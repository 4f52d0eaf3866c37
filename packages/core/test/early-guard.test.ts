import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ApiSecurity, ApiSecurityOptions, Assessment, RouteOptions } from '../src/index.js';
import { createApiSecurity, silentLogger } from '../src/index.js';
import { writeRejection } from '../src/policy/write-rejection.js';
import { fakeRuntime, writeFakeModels } from '../src/testing/index.js';

const ATTACK = `/users?id=${encodeURIComponent("1' or 1=1 --")}`;
const NEIGHBOUR = '/users?id=O%27Brien';
const BODY = JSON.stringify({ note: "1' or 1=1 --" });

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

type Exchange = [IncomingMessage, ServerResponse];

interface App {
  readonly security: ApiSecurity;
  readonly handled: string[];
  readonly assessments: Assessment[];
  /** Status of the answer, once the request is done with. */
  ask(path: string, init?: RequestInit): Promise<number>;
}

/**
 * A server that watches requests early, reads their bodies as a parser would, and then guards them once for each entry of
 * `guards`, all at the same time.
 */
async function start(
  options: ApiSecurityOptions,
  guards: readonly (RouteOptions | null)[],
  { reads = true, before = async (..._: Exchange): Promise<void> => {} } = {},
): Promise<App> {
  const models = writeFakeModels();
  cleanUps.push(() => models.remove());
  const security = createApiSecurity({
    models: models.directory,
    runtime: fakeRuntime(),
    logger: silentLogger,
    limits: { timeMs: 5_000 },
    ...options,
  });
  cleanUps.push(() => security.close());
  await security.ready();
  const settings = guards.map((route) => security.routeSettings(route ?? undefined));
  const handled: string[] = [];
  const assessments: Assessment[] = [];
  security.on('assessment', (assessment) => assessments.push(assessment));

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    expect(security.guard(request, response, { early: true })).toBe(null);
    if (reads) for await (const _ of request);
    await before(request, response);
    const verdicts = await Promise.all(settings.map((each) => security.guard(request, response, { settings: each })));
    const rejected = verdicts.find((verdict) => verdict?.action === 'reject');
    if (rejected?.action === 'reject') writeRejection(response, rejected.rejection);
    if (verdicts.some((verdict) => verdict !== null && verdict.action !== 'continue')) return;
    handled.push(request.url ?? '');
    response.end();
  };
  const server = createServer((request, response) => void serve(request, response).catch(() => {}));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  cleanUps.push(() => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  });
  const { port } = server.address() as AddressInfo;
  let asked = 0;
  const ask = async (path: string, init: RequestInit = {}): Promise<number> => {
    asked += 1;
    const { status } = await fetch(`http://127.0.0.1:${port}${path}`, {
      ...init,
      headers: { 'content-type': 'application/json', connection: 'close' },
    });
    await vi.waitFor(() => expect(assessments.length + security.counters.skipped).toBe(asked));
    return status;
  };
  return { security, handled, assessments, ask };
}

describe('a request that is watched early', () => {
  it('is rejected by whoever guards it next, when the engine blocks', async () => {
    const { ask, security, handled, assessments } = await start({ mode: 'block' }, [null]);
    expect(await ask(ATTACK)).toBe(403);
    expect(await ask(NEIGHBOUR)).toBe(200);
    expect(await ask('/notes', { method: 'POST', body: BODY })).toBe(403);
    expect(handled).toEqual([NEIGHBOUR]);
    expect(assessments.map(({ mode, decision }) => [mode, decision.action])).toEqual([
      ['block', 'deny'],
      ['block', 'allow'],
      ['block', 'deny'],
    ]);
    expect(assessments[2]).toMatchObject({ evidence: [{ place: 'body.note' }], truncated: [], unparsed: [] });
    const { requests, scored, rejected, skipped } = security.counters;
    expect({ requests, scored, rejected, skipped }).toEqual({ requests: 3, scored: 3, rejected: 2, skipped: 0 });
  });

  it('is read ahead where nobody has read its body yet', async () => {
    const { ask, handled } = await start({ mode: 'block' }, [null], { reads: false });
    expect(await ask('/notes', { method: 'POST', body: BODY })).toBe(403);
    expect(handled).toEqual([]);
  });

  it('is scored once, by the settings of its route', async () => {
    const { ask, security, assessments } = await start({ mode: 'monitor' }, [{ mode: 'block' }]);
    expect(await ask(ATTACK)).toBe(403);
    expect(security.counters).toMatchObject({ requests: 1, scored: 1, rejected: 1 });
    expect(security.counters.rows.sequence).toBe(1);
    expect(assessments.map(({ mode }) => mode)).toEqual(['block']);
  });

  it('is inspected to the limits of its route, and marked where they cut it', async () => {
    const { ask, assessments } = await start({ mode: 'block' }, [{ limits: { bodyBytes: 1_000 } }]);
    const long = JSON.stringify({ note: 'tea '.repeat(1_000) });
    expect(await ask('/notes', { method: 'POST', body: long })).toBe(200);
    expect(assessments[0]?.truncated).toEqual(['body-bytes']);
    expect(assessments[0]?.inspectedBytes).toBeLessThan(2_000);
    expect(await ask('/notes', { method: 'POST', body: BODY })).toBe(403);
  });

  it('passes and is flagged where its route only monitors', async () => {
    const { ask, assessments } = await start({ mode: 'block' }, [{ mode: 'monitor' }]);
    expect(await ask(ATTACK)).toBe(200);
    expect(assessments.map(({ mode, decision }) => ({ mode, decision }))).toEqual([
      { mode: 'monitor', decision: { action: 'flag', reason: 'monitor' } },
    ]);
  });

  it('is left alone where its route is: counted as skipped and not scored', async () => {
    const { ask, security, assessments } = await start({ mode: 'block' }, [{ mode: 'off' }]);
    expect(await ask(ATTACK)).toBe(200);
    expect(security.counters).toMatchObject({ requests: 0, scored: 0, unscored: 0, skipped: 1 });
    expect(security.counters.rows.content).toBe(0);
    expect(assessments).toEqual([]);
  });

  it('goes by the list of the engine where its route says nothing', async () => {
    const routes = [{ route: 'GET /users', mode: 'off' as const }];
    const left = await start({ mode: 'block', routes }, [null]);
    expect(await left.ask(ATTACK)).toBe(200);
    expect(left.security.counters).toMatchObject({ requests: 0, skipped: 1 });
    const wanted = await start({ mode: 'block', routes }, [{ mode: 'block' }]);
    expect(await wanted.ask(ATTACK)).toBe(403);
    expect(wanted.security.counters).toMatchObject({ requests: 1, skipped: 0 });
  });

  it('is flagged, not rejected, when nobody guards it', async () => {
    const { ask, security, assessments } = await start({ mode: 'block' }, []);
    expect(await ask(ATTACK)).toBe(200);
    expect(await ask(NEIGHBOUR)).toBe(200);
    expect(assessments.map(({ level, decision }) => ({ level, decision }))).toEqual([
      { level: 'critical', decision: { action: 'flag', reason: 'monitor' } },
      { level: 'low', decision: { action: 'allow', reason: 'below-threshold' } },
    ]);
    expect(security.counters).toMatchObject({ requests: 2, scored: 2, rejected: 0 });
  });

  it('does not wait in monitor mode', async () => {
    const { ask, assessments } = await start({ mode: 'monitor' }, [null]);
    expect(await ask(ATTACK)).toBe(200);
    expect(assessments.map(({ decision }) => decision.reason)).toEqual(['monitor']);
  });

  it('gets one verdict from all who guard it at once, and is rejected once', async () => {
    const { ask, security, handled } = await start({ mode: 'block' }, [null, null, null]);
    expect(await ask(ATTACK)).toBe(403);
    expect(handled).toEqual([]);
    expect(security.counters).toMatchObject({ requests: 1, scored: 1, rejected: 1 });
  });

  it.each([
    ['first', [{ mode: 'off' as const }, null]],
    ['last', [null, { mode: 'off' as const }]],
  ])('is not let through by one that leaves it alone, %s, beside one that blocks', async (_, guards) => {
    const { ask, handled } = await start({ mode: 'block' }, guards);
    expect(await ask(ATTACK)).toBe(403);
    expect(handled).toEqual([]);
  });

  it('is not handled when the client hung up before its route was known', async () => {
    const hangUp = new AbortController();
    const before = async (_request: IncomingMessage, response: ServerResponse): Promise<void> => {
      hangUp.abort();
      await once(response, 'close');
      await assessed;
    };
    const { ask, security, handled } = await start({ mode: 'block' }, [null], { before });
    const assessed = new Promise((resolve) => security.once('assessment', resolve));
    const rejected = new Promise((resolve) => security.once('rejected', resolve));
    await expect(ask(ATTACK, { signal: hangUp.signal })).rejects.toThrow('aborted');
    await rejected;
    expect(handled).toEqual([]);
  });
});
