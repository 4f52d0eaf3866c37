import { resolve } from 'node:path';
import { type ApiSecurity, type ApiSecurityOptions, createApiSecurity, silentLogger } from '@api-security/core';
import type { Io } from './output.js';

/** Generous, so that a slow machine does not cut what a server would inspect. */
const BUDGET_MS = 10_000;

/**
 * Makes an engine for one run of the program, lends it out when its models are loaded, and closes it.
 *
 * @param models - directory of the models; the bundled ones when left out
 */
export async function withEngine<T>(
  models: string | undefined,
  io: Io,
  use: (engine: ApiSecurity) => Promise<T>,
): Promise<T> {
  const options: ApiSecurityOptions = { mode: 'monitor', logger: silentLogger, limits: { timeMs: BUDGET_MS } };
  const engine = createApiSecurity(models === undefined ? options : { ...options, models: resolve(io.cwd, models) });
  try {
    await engine.ready();
    return await use(engine);
  } finally {
    await engine.close();
  }
}
