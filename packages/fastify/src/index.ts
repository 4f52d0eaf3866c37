export type { Alert, ApiSecurity, ApiSecurityOptions, Assessment, Level, Mode } from '@api-security/core';
export { ApiSecurityError, createApiSecurity } from '@api-security/core';
export { ApiSecurityRejection } from './api-security-rejection.js';
export { type ApiSecurityPlugin, apiSecurity, apiSecurity as default } from './fastify.js';
