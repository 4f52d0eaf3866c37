import type { ApiSecurity } from '../../api-security.js';
import { silentLogger } from '../../logger.js';
import type { ApiSecurityOptions } from '../../options.js';
import { writeFakeModels } from '../fake-models.js';
import { fakeRuntime } from '../fake-runtime.js';

/** Lets a test use an engine, or an adapter that is one, on fake models, closed when the test is over. */
export type WithSecurity<Made extends ApiSecurity> = (
  options: ApiSecurityOptions,
  use: (security: Made) => Promise<void> | void,
) => Promise<void>;

/**
 * @param make - the adapter's `apiSecurity`
 * @param awaited - whether the models are loaded before the test begins; false where the app itself is to wait for them
 */
export function withSecurityOf<Made extends ApiSecurity>(
  make: (options: ApiSecurityOptions) => Made,
  awaited = true,
): WithSecurity<Made> {
  return async (options, use) => {
    const models = writeFakeModels();
    const security = make({
      models: models.directory,
      runtime: fakeRuntime(),
      logger: silentLogger,
      ...options,
      // Sockets in a test compete for the machine: a slow moment must not look like a model that is stuck.
      limits: { timeMs: 5_000, ...options.limits },
    });
    try {
      if (awaited) await security.ready();
      await use(security);
    } finally {
      await security.close();
      models.remove();
    }
  };
}
