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
export { ApiSecurityRejection } from './api-security-rejection.js';
export { type ApiSecurityPlugin, apiSecurity, apiSecurity as default } from './fastify.js';
