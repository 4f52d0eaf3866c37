import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { ApiSecurity, ApiSecurityOptions, Assessment, RouteOptions } from '@api-security/core';
import {
  type AnswerableResponse,
  engineOf,
  exposeEngine,
  guardRequest,
  handleOrReject,
} from '@api-security/core/adapter';

/** A request of `node:http`, or of the compatibility API of `node:http2`. */
type NodeRequest = IncomingMessage | Http2ServerRequest;
type NodeResponse = ServerResponse | Http2ServerResponse;

/** What the guard puts on a request, and what it looks for there. */
export interface GuardedRequest {
  /** What api-security believes about this request; null until it knows. */
  apiSecurity?: Assessment | null;
  /** What a body parser in front of the guard, or behind it, made of the body. */
  body?: unknown;
}

/** Connect-style middleware, which can also be used as the engine: `security.on(…)`, `security.attach(server)`, `security.close()`. */
export interface ApiSecurityMiddleware extends ApiSecurity {
  /** Calls `next` when the request may be handled; otherwise it is answered, or nobody is left to answer. */
  (request: NodeRequest & GuardedRequest, response: NodeResponse, next: (error?: unknown) => void): void;

  /**
   * Puts the guard in front of a request listener.
   *
   * @returns a listener for `createServer`. It returns what the handler returns, or a promise of that when the request was held
   * @example
   * createServer(security.wrap((request, response) => response.end(request.apiSecurity?.level)))
   */
  wrap<Request extends NodeRequest = IncomingMessage, Response extends NodeResponse = ServerResponse>(
    handler: (request: Request & GuardedRequest, response: Response) => unknown,
  ): (request: Request, response: Response) => unknown;

  /** The engine itself, to share it with another middleware. */
  readonly security: ApiSecurity;
}

/**
 * Guards a plain `node:http` or `node:http2` listener, or an app of any framework whose middleware is `(request, response, next)`:
 * it watches every request and, in `block` mode, answers those that the policy denies. Create it once at start.
 *
 * @param given - options, or an engine (or middleware) that already exists
 * @param route - what differs for the requests that come this way: `apiSecurity(security, { mode: 'block' }).wrap(admin)`
 * @throws as `createApiSecurity`
 * @example
 * const security = apiSecurity();
 * const server = createServer(security.wrap((request, response) => response.end('hello')));
 * security.attach(server);
 */
export function apiSecurity(given?: ApiSecurityOptions | ApiSecurity, route?: RouteOptions): ApiSecurityMiddleware {
  const engine = engineOf(given);
  const settings = engine.routeSettings(route);

  /** Runs the handler when it may run, at once if nothing is to be waited for. */
  const guarded = (request: NodeRequest & GuardedRequest, response: NodeResponse, handle: () => unknown): unknown => {
    // The engine reads of HTTP/2 only what its compatibility API has in common with HTTP/1.
    const held = guardRequest(engine, request as IncomingMessage, response as ServerResponse, { settings });
    return handleOrReject(held, response as AnswerableResponse, handle);
  };

  const middleware = (request: NodeRequest, response: NodeResponse, next: (error?: unknown) => void): void => {
    void guarded(request, response, () => next());
  };
  const wrap: ApiSecurityMiddleware['wrap'] = (handler) =>
    function listener(this: unknown, request, response) {
      return guarded(request, response, () => handler.call(this, request, response));
    };
  return exposeEngine(Object.assign(middleware, { wrap }), engine);
}
