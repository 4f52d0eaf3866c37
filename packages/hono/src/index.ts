export {
  type Alert,
  type ApiSecurity,
  ApiSecurityError,
  type ApiSecurityEvents,
  type ApiSecurityOptions,
  type Assessment,
  createApiSecurity,
  type Level,
  type Mode,
} from '@api-security/core';
export { type ApiSecurityMiddleware, apiSecurity, apiSecurity as default, type GuardedContext } from './hono.js';
