import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiSecurity, ApiSecurityOptions, Assessment, RouteOptions } from '@api-security/core';
import { engineOf, exposeEngine, guardRequest, handleOrReject } from '@api-security/core/adapter';

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
 * @param route - what differs for the requests that come this way: `app.use('/admin', apiSecurity(security, { mode: 'block' }))`
 * @throws as `createApiSecurity`
 * @example
 * const security = apiSecurity();
 * app.use(security);
 * security.on('alert', ({ assessment }) => console.warn(assessment.category, assessment.request.path));
 */
export function apiSecurity(given?: ApiSecurityOptions | ApiSecurity, route?: RouteOptions): ApiSecurityMiddleware {
  const engine = engineOf(given);
  const settings = engine.routeSettings(route);
  const middleware = (request: GuardedRequest, response: ServerResponse, next: (error?: unknown) => void): void => {
    void handleOrReject(guardRequest(engine, request, response, { settings }), response, () => next());
  };
  return exposeEngine(middleware, engine);
}
