import { type WithSecurity, withSecurityOf } from '@api-security/core/testing';
import { type ApiSecurityMiddleware, apiSecurity } from '../src/index.js';

export const withSecurity: WithSecurity<ApiSecurityMiddleware> = withSecurityOf(apiSecurity);
