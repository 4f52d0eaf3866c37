import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiSecurity, ApiSecurityOptions, Assessment, RouteOptions } from '@api-security/core';
import { engineOf, exposeEngine, prepareRejection } from '@api-security/core/adapter';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Next } from 'hono';
import { type BodyCache, cachedBody } from './cached-body.js';
import { NOTHING_OF_NODE } from './nothing-of-node.js';

declare module 'hono' {
  interface ContextVariableMap {
    /** What api-security believes about this request; null until it knows. Absent where the middleware did not run. */
    apiSecurity?: Assessment | null;
  }
}

/** What the middleware touches of Hono's context. */
export interface GuardedContext {
  readonly env: unknown;
  readonly req: { readonly bodyCache: BodyCache };
  set res(response: Response | undefined);
  get(name: 'apiSecurity'): Assessment | null | undefined;
  set(name: 'apiSecurity', assessment: Assessment | null): void;
  header(name: string, value?: string): void;
  body(text: string, status: number): Response;
}

/** The middleware, which can also be used as the engine: `security.on(…)`, `security.attach(server)`, `security.close()`. */
export interface ApiSecurityMiddleware extends ApiSecurity {
  // biome-ignore lint/suspicious/noConfusingVoidType: Hono's middleware returns nothing when it went on
  (context: GuardedContext, next: Next): Promise<Response | void>;
  /** The engine itself, to share it with another middleware. */
  readonly security: ApiSecurity;
}

/**
 * Middleware for Hono 4 on `@hono/node-server` that watches every request and, in `block` mode, answers those that the policy
 * denies. Create it once at start. Use it first, for the whole app, under a path or on a route.
 *
 * Requests that no Node server handed over (`app.request()`, other run times) pass; each is counted as `unscored` and told of
 * as an `error` with the code `API_SECURITY_REQUEST_INVALID`.
 *
 * @param given - options, or an engine (or middleware) that already exists
 * @param route - what differs for the requests that come this way: `app.use('/admin/*', apiSecurity(security, { mode: 'block' }))`
 * @throws as `createApiSecurity`
 * @example
 * const security = apiSecurity();
 * app.use(security);
 * security.attach(serve(app));
 */
export function apiSecurity(given?: ApiSecurityOptions | ApiSecurity, route?: RouteOptions): ApiSecurityMiddleware {
  const engine = engineOf(given);
  const settings = engine.routeSettings(route);
  const middleware = async (context: GuardedContext, next: Next) => {
    context.set('apiSecurity', context.get('apiSecurity') ?? null);
    const env = (context.env ?? {}) as Bindings;
    const { incoming = NOTHING_OF_NODE, outgoing = NOTHING_OF_NODE } = env.server ?? env;
    // The handshake of a WebSocket has no response: `security.attach(server)` guards those.
    if (outgoing === NOTHING_OF_NODE && incoming !== NOTHING_OF_NODE) return next();
    const { bodyCache } = context.req;
    // Waits only for what was read already: the guard has to be there before the body arrives.
    const body = Object.keys(bodyCache).length > 0 ? await cachedBody(bodyCache) : undefined;
    const held = engine.guard(incoming, outgoing, {
      settings,
      host: context,
      body: () => body,
      expose: (assessment) => context.set('apiSecurity', assessment),
    });
    const verdict = held === null ? null : await held;
    if (verdict === null || verdict.action === 'continue') return next();
    if (verdict.action === 'reject' && prepareRejection(responseOf(context, outgoing), verdict.rejection)) {
      return context.body(verdict.rejection.body, verdict.rejection.status);
    }
    // What earlier middleware set would be merged into a copy, and a copy is sent.
    context.res = undefined;
    context.res = RESPONSE_ALREADY_SENT.clone();
  };
  return exposeEngine(middleware, engine);
}

/** The Node response as core fills it in, except that headers go to Hono's: middleware in front sees them and may add to them. */
function responseOf(context: GuardedContext, outgoing: ServerResponse): ServerResponse {
  return Object.assign(Object.create(outgoing), {
    // Older servers add the length of a body a second time.
    setHeader: (name: string, value: unknown) => name === 'content-length' || context.header(name, String(value)),
    removeHeader: (name: string) => context.header(name),
  });
}

/** What a Node server hands over; some put it one level deeper. */
interface Bindings {
  readonly server?: Bindings;
  readonly incoming?: IncomingMessage;
  readonly outgoing?: ServerResponse;
}
