import type { AddressInfo } from 'node:net';
import { type ApiSecurityOptions, silentLogger } from '@api-security/core';
import { fakeRuntime, writeFakeModels } from '@api-security/core/testing';
import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { afterEach } from 'vitest';

/** Both platforms, as rows of `describe.each`. */
export const PLATFORMS: readonly (readonly [name: string, newAdapter: () => ExpressAdapter | FastifyAdapter])[] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Options on fake models, which are there until the test is over. */
export function fakeOptions(options: ApiSecurityOptions = {}): ApiSecurityOptions {
  const models = writeFakeModels();
  cleanUps.push(() => models.remove());
  return {
    models: models.directory,
    runtime: fakeRuntime(),
    logger: silentLogger,
    limits: { timeMs: 5_000 },
    ...options,
  };
}

/** A started app. It is closed when the test is over. */
export interface StartedApp {
  readonly app: INestApplication;
  ask(path: string, init?: RequestInit): Promise<Response>;
}

/** @param prepare - what `main.ts` would do between creating the app and listening */
export async function start(
  module: Type,
  adapter: ExpressAdapter | FastifyAdapter,
  prepare: (app: INestApplication) => unknown = () => {},
): Promise<StartedApp> {
  const app = await NestFactory.create(module, adapter, { logger: false, abortOnError: false });
  cleanUps.push(() => app.close());
  await prepare(app);
  const server = await app.listen(0, '127.0.0.1');
  const { port } = server.address() as AddressInfo;
  return { app, ask: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init) };
}
