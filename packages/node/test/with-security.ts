import { type ApiSecurityOptions, silentLogger } from '@api-security/core';
import { fakeRuntime, writeFakeModels } from '@api-security/core/testing';
import { type ApiSecurityMiddleware, apiSecurity } from '../src/index.js';

/** A guard on fake models that is ready, closed when the test is over. */
export async function withSecurity(
  options: ApiSecurityOptions,
  use: (security: ApiSecurityMiddleware) => Promise<void> | void,
): Promise<void> {
  const models = writeFakeModels();
  const security = apiSecurity({
    models: models.directory,
    runtime: fakeRuntime(),
    logger: silentLogger,
    ...options,
    // A busy machine must not look like a model that is stuck.
    limits: { timeMs: 5_000, ...options.limits },
  });
  try {
    await security.ready();
    await use(security);
  } finally {
    await security.close();
    models.remove();
  }
}
