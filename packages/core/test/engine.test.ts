import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiSecurity } from '../src/api-security.js';
import type { Assessment } from '../src/assessment/assessment.js';
import { createApiSecurity } from '../src/create-api-security.js';
import { silentLogger } from '../src/logger.js';
import type { ApiSecurityOptions } from '../src/options.js';
import { writeRejection } from '../src/policy/write-rejection.js';
import { memorySequenceStore } from '../src/sequence/memory-sequence-store.js';
import { memoryStore } from '../src/store/memory-store.js';
import { type FakeModels, writeFakeModels } from '../src/testing/fake-models.js';
import { type FakeRuntimeOptions, fakeRuntime } from '../src/testing/fake-runtime.js';

const ATTACK = '/users?id=1%27%20or%201=1--';
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function engineWith(options: ApiSecurityOptions = {}, runtime: FakeRuntimeOptions = {}): Promise<ApiSecurity> {
  const models: FakeModels = writeFakeModels();
  cleanUps.push(() => models.remove());
  const security = createApiSecurity({
    models: models.directory,
    runtime: fakeRuntime(runtime),
    logger: silentLogger,
    limits: { timeMs: 2_000 },
    ...options,
  });
  cleanUps.push(() => security.close());
  await security.ready();
  return security;
}

/** A plain server that mounts the engine as an adapter does. */
async function serve(security: ApiSecurity): Promise<number> {
  const server = createServer((req, res) => {
    const decision = security.guard(req, res);
    const go = () => handle(req, res);
    if (decision === null) go();
    else
      void decision.then((verdict) => {
        if (verdict.action === 'continue') go();
        else if (verdict.action === 'reject') writeRejection(res, verdict.rejection);
      });
  });
  cleanUps.push(() => stop(server));
  security.attach(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
}

function handle(req: IncomingMessage, res: ServerResponse): void {
  req.resume().on('end', () => res.end('handled'));
}

function stop(server: Server): Promise<unknown> {
  server.closeAllConnections();
  return new Promise((closed) => server.close(closed));
}

function get(port: number, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, path, host: '127.0.0.1', agent: false }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, text });
    });
    sent.on('error', reject).end();
  });
}

function finished(security: ApiSecurity, count: number): Promise<Assessment[]> {
  return new Promise((resolve) => {
    const assessments: Assessment[] = [];
    security.on('assessment', (assessment) => {
      assessments.push(assessment);
      if (assessments.length === count) resolve(assessments);
    });
  });
}

/** The same object with one method replaced. */
function replacing<T extends object>(object: T, method: keyof T, replacement: () => unknown): T {
  return new Proxy(object, {
    get: (target, name) => {
      const member: unknown = name === method ? replacement : Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

describe('the scored-request counter', () => {
  it('counts every request as scored, and every model as having run', async () => {
    const security = await engineWith();
    const port = await serve(security);
    const all = finished(security, 20);
    for (let i = 0; i < 20; i++) await get(port, `/search?q=${i}+plain%3Btext`);
    await all;
    const { requests, scored, unscored, rows } = security.counters;
    expect({ requests, scored, unscored }).toEqual({ requests: 20, scored: 20, unscored: 0 });
    expect(rows.flow).toBe(20);
    expect(rows.sequence).toBe(20);
    expect(rows.content).toBeGreaterThanOrEqual(20);
  });

  it('counts requests as unscored when no model answers', async () => {
    const failing = () => {
      throw new Error('planted');
    };
    const security = await engineWith({}, { onRun: failing });
    const port = await serve(security);
    const all = finished(security, 3);
    for (let i = 0; i < 3; i++) expect((await get(port, ATTACK)).status).toBe(200);
    const assessments = await all;
    expect(security.counters).toMatchObject({ requests: 3, scored: 0, unscored: 3 });
    expect(assessments[0]).toMatchObject({ score: 0, scores: { cnn: null, content: null, flow: null, bilstm: null } });
    expect(assessments[0]?.degraded).toEqual(expect.arrayContaining(['content', 'flow', 'sequence']));
  });
});

describe('monitor mode', () => {
  it('answers at once and alerts with the place and the bytes that spoke', async () => {
    const security = await engineWith();
    const port = await serve(security);
    const all = finished(security, 1);
    expect(await get(port, ATTACK)).toEqual({ status: 200, text: 'handled' });
    const [assessment] = await all;
    expect(assessment).toMatchObject({
      level: 'critical',
      category: 'sqli',
      decision: { action: 'flag', reason: 'monitor' },
      response: { status: 200 },
    });
    const [evidence] = assessment?.evidence ?? [];
    expect(evidence).toMatchObject({ place: 'query.id', decoded: "1' or 1=1--", chain: ['percent'], category: 'sqli' });
    expect(evidence?.decoded.slice(evidence.from, evidence.to)).toContain("' or 1=1");
    expect((await security.store.alerts()).total + security.counters.alerts).toBeGreaterThanOrEqual(1);
  });
});

describe('block mode', () => {
  it('rejects before the handler and passes the neighbour', async () => {
    const security = await engineWith({ mode: 'block' });
    const port = await serve(security);
    const rejected = await get(port, ATTACK);
    expect(rejected.status).toBe(403);
    expect(JSON.parse(rejected.text)).toMatchObject({ status: 403, code: 'API_SECURITY_REQUEST_REJECTED' });
    expect(rejected.text).not.toMatch(/score|sqli|query/);
    expect(await get(port, '/users?name=O%27Brien')).toEqual({ status: 200, text: 'handled' });
    expect(security.counters.rejected).toBe(1);
  });

  it('gives the answer that onReject makes of it', async () => {
    const onReject = () => ({ status: 418, headers: { 'content-type': 'text/plain' }, body: 'no' });
    const port = await serve(await engineWith({ mode: 'block', onReject }));
    expect(await get(port, ATTACK)).toEqual({ status: 418, text: 'no' });
  });

  it('honours an exemption of route, field and category, for that field alone', async () => {
    const exempt = [{ route: 'GET /users', field: 'query.id', category: 'sqli' }] as const;
    const port = await serve(await engineWith({ mode: 'block', exempt }));
    expect((await get(port, ATTACK)).status).toBe(200);
    expect((await get(port, ATTACK.replace('id=', 'name='))).status).toBe(403);
  });

  it('switches at run time, and off means off', async () => {
    const security = await engineWith({ mode: 'block' });
    const port = await serve(security);
    expect((await get(port, ATTACK)).status).toBe(403);
    security.mode = 'off';
    expect((await get(port, ATTACK)).status).toBe(200);
    expect(security.counters.requests).toBe(1);
    security.mode = 'block';
    expect((await get(port, ATTACK)).status).toBe(403);
  });
});

describe('failures', () => {
  it('never outlasts its budget on a model that is stuck', async () => {
    let stuck = false;
    const onRun = () => (stuck ? new Promise<void>(() => {}) : undefined);
    const security = await engineWith(
      { mode: 'block', limits: { timeMs: 25 } },
      { onRun: onRun as () => Promise<void> },
    );
    const port = await serve(security);
    stuck = true;
    expect((await get(port, ATTACK)).status).toBe(200);
    expect(security.counters.degraded).toMatchObject({ content: 1, flow: 1, sequence: 1 });
  });

  it('closes with 503 when it was told to and there is no assessment', async () => {
    const limits = { timeMs: 2_000, pending: 1 };
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const security = await engineWith({ mode: 'block', onFailure: 'closed', limits }, { onRun: () => held });
    const port = await serve(security);
    const first = get(port, '/a%27b');
    await new Promise<void>((resolve) => {
      const poll = () => (security.counters.requests === 1 ? resolve() : setImmediate(poll));
      poll();
    });
    expect((await get(port, '/second')).status).toBe(503);
    release();
    expect((await first).status).toBe(200);
    expect(security.counters.unscored).toBe(1);
  });

  const planted = () => {
    throw new Error('planted');
  };
  it.each<[string, ApiSecurityOptions, FakeRuntimeOptions]>([
    ['inference', {}, { onRun: planted }],
    ['reading the sequence', { sequences: replacing(memorySequenceStore(), 'recent', planted) }, {}],
    ['writing the sequence', { sequences: replacing(memorySequenceStore(), 'append', planted) }, {}],
    ['the store', { store: replacing(memoryStore(), 'append', planted) }, {}],
    ['the client option', { client: planted }, {}],
    ['the tenant option', { tenant: planted }, {}],
    ['the onReject option', { onReject: planted }, {}],
    ['the logger', { logger: { ...silentLogger, warn: planted } }, {}],
  ])('of %s never reach the client as an error of the host', async (_, options, runtime) => {
    for (const mode of ['monitor', 'block'] as const) {
      const port = await serve(await engineWith({ ...options, mode }, runtime));
      for (const path of ['/plain', ATTACK]) expect([200, 403]).toContain((await get(port, path)).status);
    }
  });

  it('survives listeners that throw or reject', async () => {
    const security = await engineWith({ mode: 'block' });
    security.on('alert', planted);
    security.on('assessment', (() => Promise.reject(new Error('planted'))) as () => void);
    security.on('error', planted);
    const port = await serve(security);
    expect((await get(port, ATTACK)).status).toBe(403);
    expect((await get(port, '/plain')).status).toBe(200);
  });

  it('answers garbage headers, absurd URLs and aborted requests as the bare server would, and goes on', async () => {
    const security = await engineWith({ mode: 'block' });
    const port = await serve(security);
    const raw = [
      `GET /${'a'.repeat(8_000)}?${'b=c&'.repeat(1_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      'GET http://other.example/%ff%00?%=%&&&= HTTP/1.1\r\nHost: x\r\nX-Odd: \u00ff\u00fe\r\nCookie: ;;;=;a\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\nContent-Type: application/json\r\n\r\n{"cut',
      'PROPFIND * HTTP/1.1\r\nHost: x\r\n\r\n',
      'nonsense\r\n\r\n',
    ];
    for (const text of raw) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.end(text, 'latin1'));
        socket.on('error', () => {}).on('close', () => resolve());
        socket.resume();
      });
    }
    expect((await get(port, '/plain')).status).toBe(200);
    expect(security.counters.errors).toBe(0);
  });
});

describe('a connection that never ends its headers', () => {
  it('is assessed by its flow and alerted as a slow attack', async () => {
    const security = await engineWith({}, { flowScore: (features) => (features[44] === 0 ? 0 : 0.99) });
    const port = await serve(security);
    const alerted = new Promise<Assessment>((resolve) => security.on('alert', (alert) => resolve(alert.assessment)));
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nX: '));
    const drip = setInterval(() => socket.write('a'), 200);
    cleanUps.push(() => socket.destroy());
    const assessment = await alerted;
    clearInterval(drip);
    expect(assessment).toMatchObject({
      subject: 'connection',
      category: 'slow-attack',
      client: { address: '127.0.0.1' },
    });
    expect(assessment.decision.action).toBe('flag');
  });
});

describe('analyze', () => {
  it('is pure: nothing is counted, stored or remembered', async () => {
    const security = await engineWith();
    const assessment = await security.analyze({ method: 'GET', url: ATTACK, client: 'somebody' });
    expect(assessment.level).toBe('critical');
    expect(security.counters).toMatchObject({ requests: 0, scored: 0, alerts: 0 });
    expect(await security.sequences.recent('somebody')).toEqual([]);
    expect((await security.store.logs()).total).toBe(0);
  });

  it('reads and grows the sequence of a client when asked to', async () => {
    const security = await engineWith();
    await security.analyze({ method: 'GET', url: '/a', client: 'somebody' }, { record: true });
    await security.analyze({ method: 'GET', url: '/b', client: 'somebody' }, { record: true });
    expect(await security.sequences.recent('somebody')).toHaveLength(2);
  });

  it('names the field, and the index in a batch, of what it cannot read', async () => {
    const security = await engineWith();
    const bad = { method: 'GET', url: 'not a target' };
    await expect(security.analyze(bad)).rejects.toMatchObject({ code: 'API_SECURITY_REQUEST_INVALID' });
    await expect(security.analyzeBatch([{ method: 'GET', url: '/' }, bad])).rejects.toThrow(/Request 1: .*url/);
  });

  it('has a code after close', async () => {
    const security = await engineWith();
    await security.close();
    await security.close();
    await expect(security.analyze({ method: 'GET', url: '/' })).rejects.toMatchObject({ code: 'API_SECURITY_CLOSED' });
  });
});
