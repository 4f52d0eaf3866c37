import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { ExpressAdapter } from '@nestjs/platform-express';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiSecurityGuard } from '../src/api-security-guard.js';
import { ApiSecurityRejection } from '../src/index.js';
import { fakeOptions } from './start-app.js';

const ATTACK = `/graphql?query=${encodeURIComponent("1' or 1=1 --")}`;
const NEIGHBOUR = `/graphql?query=${encodeURIComponent("O'Brien")}`;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A guard whose adapter is made after it, as in testing modules. */
async function guardWithLateAdapter(): Promise<{ guard: ApiSecurityGuard; adapter: ExpressAdapter }> {
  const host = new HttpAdapterHost();
  const guard = new ApiSecurityGuard(
    fakeOptions({ mode: 'block' }),
    new ApplicationConfig(),
    new ModulesContainer(),
    host,
  );
  cleanUps.push(() => guard.onApplicationShutdown());
  await guard.onModuleInit();
  const adapter = new ExpressAdapter();
  host.httpAdapter = adapter;
  return { guard, adapter };
}

/** The arguments of a resolver: parent, arguments, context, info. */
function resolverContext(context: unknown): ExecutionContext {
  const host = new ExecutionContextHost([undefined, {}, context, {}], class Resolver {}, () => {});
  host.setType('graphql');
  return host;
}

/** Serves with the adapter's middleware and then with `handle`; gives what was answered. */
async function ask(
  adapter: ExpressAdapter,
  path: string,
  handle: (request: IncomingMessage) => Promise<string>,
): Promise<string> {
  adapter.use((request: IncomingMessage, response: ServerResponse) => {
    void handle(request).then((text) => response.end(text));
  });
  const server = createServer(adapter.getInstance()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  return answer.text();
}

describe('the guard of a GraphQL resolver', () => {
  const verdictsOf = (guard: ApiSecurityGuard, request: IncomingMessage) =>
    Promise.allSettled([1, 2].map(async () => guard.canActivate(resolverContext({ req: request }))));

  it('rejects all fields of a request that is an attack, and counts it once', async () => {
    const { guard, adapter } = await guardWithLateAdapter();
    const text = await ask(adapter, ATTACK, async (request) => {
      const verdicts = await verdictsOf(guard, request);
      return verdicts
        .map((verdict) => verdict.status === 'rejected' && verdict.reason instanceof ApiSecurityRejection)
        .join();
    });
    expect(text).toBe('true,true');
    expect(guard.engine.counters).toMatchObject({ requests: 1, scored: 1, rejected: 1 });
  });

  it('passes its near neighbour', async () => {
    const { guard, adapter } = await guardWithLateAdapter();
    const text = await ask(adapter, NEIGHBOUR, async (request) =>
      (await verdictsOf(guard, request)).map((verdict) => verdict.status === 'fulfilled' && verdict.value).join(),
    );
    expect(text).toBe('true,true');
  });
});

describe('the guard lets pass what is no HTTP request', () => {
  it.each(['ws', 'rpc'])('a message: %s', async (type) => {
    const { guard } = await guardWithLateAdapter();
    const host = new ExecutionContextHost([{ url: ATTACK }, { note: "1' or 1=1 --" }], class Gateway {}, () => {});
    host.setType(type);
    expect(await guard.canActivate(host)).toBe(true);
    expect(guard.engine.counters).toMatchObject({ requests: 0, unscored: 0, errors: 0 });
  });

  it.each([
    ['no request', {}],
    ['no context', undefined],
    ['the handshake of a subscription', { req: { url: ATTACK, headers: {} } }],
  ])('a resolver with %s', async (_, context) => {
    const { guard } = await guardWithLateAdapter();
    expect(await guard.canActivate(resolverContext(context))).toBe(true);
    expect(guard.engine.counters).toMatchObject({ requests: 0, unscored: 0, errors: 0 });
  });
});
