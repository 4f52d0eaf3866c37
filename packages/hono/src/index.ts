export type { Alert, ApiSecurity, ApiSecurityOptions, Assessment, Level, Mode } from '@api-security/core';
export { ApiSecurityError, createApiSecurity } from '@api-security/core';
export { type ApiSecurityMiddleware, apiSecurity, apiSecurity as default, type GuardedContext } from './hono.js';
