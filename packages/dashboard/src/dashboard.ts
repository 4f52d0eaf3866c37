import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApiSecurity, ApiSecurityError } from '@api-security/core';
import type { z } from 'zod';
import { type Actor, type Authorize, actorOf } from './actor.js';
import { ChangeGuard } from './change-guard.js';
import { KeptAnswers } from './kept-answers.js';
import { Live } from './live.js';
import { belowMount, missingSlash } from './mount-path.js';
import { openApiOf } from './openapi.js';
import { Pages } from './pages.js';
import { Problem, problemOf } from './problem.js';
import { readJson } from './read-json.js';
import type { Route } from './route.js';
import { Router } from './router.js';
import { acknowledge, acknowledgeMany, alerts } from './routes/alerts.js';
import { analyze, analyzeBatch } from './routes/analyze.js';
import { audit } from './routes/audit.js';
import { ban, bans, unban } from './routes/bans.js';
import { client } from './routes/clients.js';
import { eventsRoute } from './routes/events.js';
import { exempt, preview, unexempt } from './routes/exemptions.js';
import { health } from './routes/health.js';
import { logs, logsCsv } from './routes/logs.js';
import { models, selfTestRoute } from './routes/models.js';
import { scores } from './routes/scores.js';
import { sessionRoute } from './routes/session.js';
import { changeSettings, settings } from './routes/settings.js';
import { hourly, statistics } from './routes/statistics.js';
import { top } from './routes/top.js';
import { whatIf } from './routes/what-if.js';
import { type UpgradingServer, WebSockets } from './websockets.js';

export interface DashboardOptions {
  /** Tells who asks and what they may do. Required: there is no default password, and no open dashboard. */
  readonly authorize: Authorize;
  /** Where it is mounted, by frameworks that do not take the mount path off the URL. @defaultValue '' */
  readonly basePath?: string;
  /** Nobody changes anything, whatever they may do elsewhere. @defaultValue false */
  readonly readOnly?: boolean;
  /** @defaultValue 'API security' */
  readonly title?: string;
}

/** A request listener for `node:http`, and middleware for Express, Connect and whatever calls `(request, response, next)`. */
export interface Dashboard {
  (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void;
  /**
   * Offers the live updates over WebSockets, too, at `<path>/api/events`. No middleware runs before a handshake: `authorize` sees the
   * request as it came, with its cookies and headers.
   *
   * @param options - `path`: where the dashboard is mounted. Default: `basePath`, or `/security`
   * @returns takes it back; streams that are open stay
   */
  attach(server: UpgradingServer, options?: { readonly path?: string }): () => void;
  /** Ends the live streams, and takes back what was attached. */
  close(): void;
}

/** Nothing here may be kept, sniffed, framed or loaded from elsewhere. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

/**
 * REST and live updates of an engine, for people who look after it. Mount it under a path of your app.
 *
 * @throws `API_SECURITY_OPTION_INVALID` without `authorize`
 * @example
 * app.use('/security', dashboard(security, { authorize: (req) => req.session?.user?.isAdmin && { actor: req.session.user.name, can: ['read'] } }));
 */
export function dashboard(security: ApiSecurity, options: DashboardOptions): Dashboard {
  if (typeof options?.authorize !== 'function') {
    const message = 'dashboard() needs "authorize": a function of the request that says who asks, or false.';
    throw new ApiSecurityError('API_SECURITY_OPTION_INVALID', message);
  }
  const { authorize, basePath = '', readOnly = false, title = 'API security' } = options;
  const changes = new ChangeGuard();
  const live = new Live(security);
  const routes: readonly Route[] = [
    sessionRoute((actor) => changes.tokenOf(actor), title),
    health,
    statistics,
    hourly,
    scores,
    top,
    client,
    models,
    selfTestRoute(),
    logs,
    logsCsv,
    alerts,
    acknowledgeMany,
    acknowledge,
    bans,
    ban,
    unban,
    settings,
    changeSettings,
    whatIf,
    preview,
    exempt,
    unexempt,
    audit,
    analyze,
    analyzeBatch,
    eventsRoute(live),
  ];
  const webSockets = new WebSockets(live, authorize, security.options.logger);
  const router = new Router(routes);
  const pages = new Pages();
  const kept = new KeptAnswers();
  const tell: Live['tell'] = (name, tenant, payload) => live.tell(name, tenant, payload);
  const document = openApiOf(routes, title);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
    const url = new URL(`http://localhost${belowMount(request.url ?? '/', basePath)}`);
    const location = missingSlash(request, basePath);
    if (location !== null) return void response.writeHead(308, { location }).end();
    const who = await actorOf(request, authorize);
    const actor = who !== null && readOnly ? { ...who, can: who.can.filter((right) => right === 'read') } : who;
    if (actor === null) throw new Problem(401, 'API_SECURITY_UNAUTHORIZED', 'Nobody is logged in who may see this.');
    if (url.pathname === '/api/openapi.json' && request.method === 'GET') return document;
    if (pages.has(url.pathname)) allow({ right: 'read' }, actor);
    if (await pages.send(url.pathname, request, response)) return undefined;
    const { route, parameters } = router.find(request.method ?? '', url.pathname);
    allow(route, actor);
    // Reading a description of requests changes nothing, and programs do it without a page.
    if (route.right !== 'read') changes.check(request, actor.actor);
    const query = parsed(route.query, Object.fromEntries(url.searchParams), 'query');
    const body = route.body === undefined ? undefined : parsed(route.body, await readJson(request), 'body');
    const make = (): Promise<unknown> =>
      route.handle({ security, actor, parameters, query, body, request, response, tell });
    if (route.keptMs === undefined) return make();
    const key = JSON.stringify([route.path, parameters, query, actor.tenant ?? null, actor.tenant === undefined]);
    return sendText(response, 200, 'application/json', await kept.get(key, route.keptMs, make));
  };

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    // Koa sets 404 before anything else.
    response.statusCode = 200;
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    answer(request, response).then(
      (json) => json === undefined || send(response, 200, 'application/json', json),
      (error: unknown) => {
        const problem = problemOf(error);
        if (problem.status === 500) security.options.logger.error({ error: String(error) }, 'dashboard failed');
        if (response.headersSent) response.destroy();
        else send(response, problem.status, 'application/problem+json', problem);
      },
    );
  };
  const attach: Dashboard['attach'] = (server, { path = basePath || '/security' } = {}) =>
    webSockets.attach(server, path);
  const close = (): void => {
    webSockets.close();
    live.close();
  };
  return Object.assign(listener, { attach, close });
}

function allow({ right }: Pick<Route, 'right'>, { can }: Actor): void {
  if (!can.includes(right)) throw new Problem(403, 'API_SECURITY_FORBIDDEN', `This needs the right to ${right}.`);
}

/** @throws `Problem` 400 that says which field is wrong, and not what was sent */
function parsed(schema: z.ZodType | undefined, given: unknown, what: string): unknown {
  const result = schema?.safeParse(given);
  if (result === undefined || result.success) return result?.data;
  const [issue] = result.error.issues;
  const field = [what, ...(issue?.path ?? [])].join('.');
  throw new Problem(400, 'API_SECURITY_REQUEST_INVALID', `${field}: ${issue?.message ?? 'not valid'}`);
}

function send(response: ServerResponse, status: number, type: string, value: unknown): void {
  sendText(response, status, type, JSON.stringify(value));
}

function sendText(response: ServerResponse, status: number, type: string, text: string): void {
  response.statusCode = status;
  response.setHeader('content-type', type);
  response.setHeader('content-length', Buffer.byteLength(text));
  response.end(text);
}
