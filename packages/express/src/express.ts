import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type ApiSecurity,
  type ApiSecurityOptions,
  type Assessment,
  createApiSecurity,
  writeRejection,
} from '@api-security/core';
import { exposeEngine } from './expose-engine.js';

declare global {
  namespace Express {
    interface Request {
      /** What api-security believes about this request; null until it knows. Absent where the middleware did not run. */
      apiSecurity?: Assessment | null;
    }
  }
}

/** What the middleware touches of Express' request, beside the Node request that it is. */
export interface GuardedRequest extends IncomingMessage {
  /** What a body parser in front of the middleware, or behind it, made of the body. */
  body?: unknown;
  apiSecurity?: Assessment | null;
}

/** The middleware, which can also be used as the engine: `security.on(…)`, `security.attach(server)`, `security.close()`. */
export interface ApiSecurityMiddleware extends ApiSecurity {
  (request: GuardedRequest, response: ServerResponse, next: (error?: unknown) => void): void;
  /** The engine itself, to share it with another middleware. */
  readonly security: ApiSecurity;
}

/**
 * Middleware for Express 4 and 5 that watches every request and, in `block` mode, answers those that the policy denies.
 * Create it once at start. Mount it first, before or after body parsers, at the root or under a path.
 *
 * @param given - options, or an engine (or middleware) that already exists
 * @throws as `createApiSecurity`
 * @example
 * const security = apiSecurity();
 * app.use(security);
 * security.on('alert', ({ assessment }) => console.warn(assessment.category, assessment.request.path));
 */
export function apiSecurity(given?: ApiSecurityOptions | ApiSecurity): ApiSecurityMiddleware {
  const engine = isEngine(given) ? given : createApiSecurity(given);

  const middleware = (request: GuardedRequest, response: ServerResponse, next: (error?: unknown) => void): void => {
    const begun = response.headersSent;
    request.apiSecurity = null;
    const decision = engine.guard(request, response, {
      body: () => request.body,
      expose: (assessment) => {
        request.apiSecurity = assessment;
      },
    });
    if (decision === null) {
      next();
      return;
    }
    void decision.then((rejection) => {
      const answeredMeanwhile = response.headersSent && !begun;
      if (answeredMeanwhile || isGone(request)) return;
      if (rejection === null) next();
      else writeRejection(response, rejection);
    });
  };
  return exposeEngine(middleware, engine);
}

function isEngine(given: ApiSecurityOptions | ApiSecurity | undefined): given is ApiSecurity {
  return given != null && 'guard' in given && typeof given.guard === 'function';
}

/** The client left before its request was complete: a parser behind the middleware would wait for the rest, or take it for empty. */
function isGone(request: IncomingMessage): boolean {
  return request.destroyed && !request.complete;
}
