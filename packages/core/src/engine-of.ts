import type { ApiSecurity } from './api-security.js';
import { createApiSecurity } from './create-api-security.js';
import type { ApiSecurityOptions } from './options.js';

/**
 * The engine that an adapter was given, or a new one with the given options. What another adapter made counts as an engine.
 *
 * @throws as {@link createApiSecurity}
 */
export function engineOf(given: ApiSecurityOptions | ApiSecurity | undefined): ApiSecurity {
  return isEngine(given) ? given : createApiSecurity(given);
}

function isEngine(given: ApiSecurityOptions | ApiSecurity | undefined): given is ApiSecurity {
  return given != null && 'guard' in given && typeof given.guard === 'function';
}
