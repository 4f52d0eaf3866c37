import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiSecurity } from '../src/api-security.js';
import { createApiSecurity } from '../src/create-api-security.js';
import { silentLogger } from '../src/logger.js';
import { writeRejection } from '../src/policy/write-rejection.js';
import { writeFakeModels } from '../src/testing/fake-models.js';
import { fakeRuntime } from '../src/testing/fake-runtime.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Turns bytes around: what nobody can read who does not know of it. */
const turned = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0xff));

/** An app that guards, decrypts, guards again and handles. */
async function app(): Promise<{ security: ApiSecurity; send: (note: string, encoding?: string) => Promise<number> }> {
  const models = writeFakeModels();
  cleanUps.push(() => models.remove());
  const options = { models: models.directory, runtime: fakeRuntime(), logger: silentLogger, mode: 'block' } as const;
  const security = createApiSecurity({ ...options, limits: { timeMs: 2_000 } });
  cleanUps.push(() => security.close());
  await security.ready();
  const passes = async (request: IncomingMessage, response: ServerResponse, body?: unknown): Promise<boolean> => {
    const verdict = await security.guard(request, response, { body: () => body });
    if (verdict?.action === 'reject') writeRejection(response, verdict.rejection);
    return verdict === null || verdict.action === 'continue';
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!(await passes(request, response))) return;
    const bytes = await buffer(request);
    const body: unknown = JSON.parse(String(request.headers['content-encoding'] === undefined ? bytes : turned(bytes)));
    if (await passes(request, response, body)) response.end('handled');
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const send = async (note: string, encoding?: string): Promise<number> => {
    const bytes = Buffer.from(JSON.stringify({ note }));
    const coding = encoding === undefined ? {} : { 'content-encoding': encoding };
    const headers = { 'content-type': 'application/json', ...coding };
    const body = encoding === undefined ? bytes : turned(bytes);
    return (await fetch(`http://127.0.0.1:${port}/notes`, { method: 'POST', headers, body })).status;
  };
  return { security, send };
}

describe('a second guard behind a parser', () => {
  it('inspects what the first could not read', async () => {
    const { security, send } = await app();
    expect(await send("x' or 1=1 --", 'turned')).toBe(403);
    expect(await send("the O'Briens, or 1 of them", 'turned')).toBe(200);
    expect(security.counters).toMatchObject({ requests: 2, scored: 2, rejected: 1, alerts: 1 });
  });

  it('does not inspect again what the first has read', async () => {
    const { security, send } = await app();
    expect(await send('tea')).toBe(200);
    const { rows } = security.counters;
    expect(rows.sequence).toBe(1);
    expect(await send("x' or 1=1 --")).toBe(403);
  });
});
