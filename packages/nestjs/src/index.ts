export type { Alert, ApiSecurityOptions, Assessment, Level, Mode } from '@api-security/core';
export { ApiSecurityError, createApiSecurity } from '@api-security/core';
export { ApiSecurityEngine, ApiSecurityModule, ApiSecurityModule as default } from './api-security-module.js';
export { ApiSecurityRejection } from './rejection.js';
export { ApiSecurity, SkipApiSecurity } from './route-options.js';
