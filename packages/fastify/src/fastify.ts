import type { ApiSecurity, ApiSecurityOptions, Assessment, Rejection, RouteOptions } from '@api-security/core';
import { engineOf, exposeEngine, guardRequest, prepareRejection, releaseHeaders } from '@api-security/core/adapter';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { ApiSecurityRejection } from './api-security-rejection.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** The engine that guards this scope. */
    apiSecurity: ApiSecurity;
  }
  interface FastifyRequest {
    /** What api-security believes about this request; null until it knows. */
    apiSecurity: Assessment | null;
  }
  interface FastifyContextConfig {
    /** What differs for the requests of this route. */
    apiSecurity?: RouteOptions;
  }
}

/** The plugin, which can also be used as the engine: `security.on(…)`, `security.attach(app.server)`, `security.mode`. */
export interface ApiSecurityPlugin extends ApiSecurity {
  (app: FastifyInstance): Promise<void>;
  /** The engine itself, to share it with another plugin. */
  readonly security: ApiSecurity;
}

/**
 * Plugin for Fastify 5 that watches every request and, in `block` mode, rejects those that the policy denies.
 *
 * It guards the scope it is registered in and the scopes inside: at the root the whole app, with its 404s. Where two guard
 * a request, the inner one may be stricter. A route's own options stand in `config.apiSecurity`. They are checked when the
 * route is added; those of a route that was added before the plugin had loaded (`await app.register(…)`), when it is first
 * asked for.
 *
 * The verdict is awaited in `onRequest`, on the bytes of the body, and not once Fastify has parsed it: its parsers would
 * work for requests that are rejected, and would answer attacks in bodies that they refuse (400, 413, 415) in our place. In
 * `monitor` mode, where nothing waits, what a parser made of the body is read too.
 *
 * The app is ready when the models are loaded, and fails to start when they cannot be. An engine made here is closed with
 * the app, after its last request.
 *
 * @param given - options, or an engine (or plugin) that already exists
 * @param route - what differs for the scope: `admin.register(apiSecurity(security, { mode: 'block' }))`
 * @throws as `createApiSecurity`
 * @example
 * const security = apiSecurity();
 * await app.register(security);
 * security.on('alert', ({ assessment }) => console.warn(assessment.category, assessment.request.path));
 */
export function apiSecurity(given?: ApiSecurityOptions | ApiSecurity, route?: RouteOptions): ApiSecurityPlugin {
  const engine = engineOf(given);
  const settings = new Map([[undefined as unknown, engine.routeSettings(route)]]);
  const rejected = new WeakMap<FastifyReply, Rejection>();

  /** Of a route: its own options over those of the scope, checked once. */
  const settingsOf = (own?: RouteOptions) => {
    if (!settings.has(own)) settings.set(own, engine.routeSettings(own) && engine.routeSettings({ ...route, ...own }));
    return settings.get(own) ?? null;
  };
  /** Of a request's route. It is too late to fail at start: with options that are wrong the route is guarded as its scope. */
  const settingsAt = ({ routeOptions: { config, url } }: FastifyRequest) => {
    try {
      return settingsOf(config.apiSecurity);
    } catch (error) {
      engine.options.logger.error({ route: url, error: String(error) }, 'options of a route left out');
      settings.set(config.apiSecurity, settingsOf());
      return settingsOf();
    }
  };

  const plugin = async (app: FastifyInstance): Promise<void> => {
    app.decorate('apiSecurity', engine);
    if (!app.hasRequestDecorator('apiSecurity')) app.decorateRequest('apiSecurity', null);
    app.addHook('onReady', () => engine.ready());
    if (engine !== given) app.addHook('onClose', () => engine.close());
    app.addHook('onRoute', ({ config }) => void settingsOf(config?.apiSecurity));

    app.addHook('onRequest', (request, reply, done) => {
      const held = guardRequest(engine, request, reply, { settings: settingsAt(request) });
      if (held === null) return done();
      void held.then((verdict) => {
        if (verdict.action === 'continue') return done();
        // Whoever has begun an answer ends it.
        if (verdict.action === 'leave' || reply.raw.headersSent) return reply.hijack();
        rejected.set(reply, verdict.rejection);
        return done(new ApiSecurityRejection(verdict.rejection, verdict.code));
      });
    });

    app.addHook('onSend', (_request, reply, payload, done) => {
      const rejection = rejected.get(reply);
      // Then alone is the length of a text set before this hook.
      const isFastifysOwn = typeof payload === 'string' && reply.hasHeader('content-length');
      if (rejection === undefined || !isFastifysOwn) return done(null, payload);
      prepareRejection(releaseHeaders(reply), rejection);
      return done(null, rejection.body);
    });
  };
  return exposeEngine(fastifyPlugin(plugin, { name: '@api-security/fastify', fastify: '5.x' }), engine);
}
