import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiSecurity, ApiSecurityOptions, Assessment, Rejection, RouteOptions } from '@api-security/core';
import { engineOf, exposeEngine, prepareRejection, writeRejection } from '@api-security/core/adapter';

/** What the middleware adds to `ctx.state`: `new Koa<ApiSecurityState>()`. */
export interface ApiSecurityState {
  /** What api-security believes about this request; null until it knows. Absent where the middleware did not run. */
  apiSecurity?: Assessment | null;
}

/** What the middleware touches of Koa's context. */
export interface GuardedContext {
  readonly req: IncomingMessage & { readonly originalUrl?: string };
  readonly res: ServerResponse;
  /** `body` is what a body parser in front of the middleware, or behind it, made of the body. */
  readonly request: { readonly req: IncomingMessage & { readonly originalUrl?: string }; readonly body?: unknown };
  readonly originalUrl: string;
  readonly state: object;
  status: number;
  body: unknown;
  respond?: boolean | undefined;
}

/** The middleware, which can also be used as the engine: `security.on(…)`, `security.attach(server)`, `security.close()`. */
export interface ApiSecurityMiddleware extends ApiSecurity {
  (ctx: GuardedContext, next: () => Promise<unknown>): Promise<unknown>;
  /** The engine itself, to share it with another middleware. */
  readonly security: ApiSecurity;
}

/**
 * Middleware for Koa 2 and 3 that watches every request and, in `block` mode, answers those that the policy denies.
 * Create it once at start. Use it first, before or after body parsers, in the app or on a router's path.
 *
 * @param given - options, or an engine (or middleware) that already exists
 * @param route - what differs for the requests that come this way: `router.use('/admin', apiSecurity(security, { mode: 'block' }))`
 * @throws as `createApiSecurity`
 * @example
 * const security = apiSecurity();
 * app.use(security);
 * security.on('alert', ({ assessment }) => console.warn(assessment.category, assessment.request.path));
 */
export function apiSecurity(given?: ApiSecurityOptions | ApiSecurity, route?: RouteOptions): ApiSecurityMiddleware {
  const engine = engineOf(given);
  const settings = engine.routeSettings(route);
  const middleware = async (ctx: GuardedContext, next: () => Promise<unknown>): Promise<unknown> => {
    const state: ApiSecurityState = ctx.state;
    state.apiSecurity ??= null;
    const held = engine.guard(ctx.req, ctx.res, {
      settings,
      host: ctx,
      // koa-mount takes its path off the Node request's; a framework around Koa has noted the whole.
      url: ctx.req.originalUrl ?? ctx.originalUrl,
      body: () => ctx.request.body,
      expose: (assessment) => {
        state.apiSecurity = assessment;
      },
    });
    const verdict = held === null ? null : await held;
    if (verdict === null || verdict.action === 'continue') return next();
    if (verdict.action === 'leave') ctx.respond = false;
    else reject(ctx, verdict.rejection);
    return undefined;
  };
  return exposeEngine(middleware, engine);
}

/** As an answer of Koa, so that middleware further out can log it or compress it. */
function reject(ctx: GuardedContext, rejection: Rejection): void {
  if (ctx.respond === false) return void writeRejection(ctx.res, rejection);
  ctx.status = rejection.status;
  // An answer that has begun is ended as it is: without a body, Koa would add the words of its status.
  ctx.body = prepareRejection(ctx.res, rejection) ? rejection.body : (ctx.body ?? '');
}
