import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiSecurity, ApiSecurityOptions, Assessment, RequestContext, RouteSettings } from '@api-security/core';
import { engineOf } from '@api-security/core/adapter';
import { type CanActivate, Dependencies, type ExecutionContext } from '@nestjs/common';
import { type AbstractHttpAdapter, ApplicationConfig, DiscoveryService, HttpAdapterHost } from '@nestjs/core';
import { ApiSecurityRejection, RejectionFilter } from './rejection.js';
import { decoratedSettings } from './route-options.js';

/** Token of what the module was given: options or an engine. */
export const GIVEN = 'api-security:given';

/** A request or response of Express, which is Node's own, or of Fastify, which holds Node's. */
type PlatformRequest = IncomingMessage & { raw?: IncomingMessage; body?: unknown; apiSecurity?: Assessment | null };
type PlatformResponse = ServerResponse & { raw?: ServerResponse };

/**
 * Begins to watch every request before anything reads it, and decides on it once Nest knows its handler, or that it has none.
 * So bodies are seen as they came, and what a handler is decorated with can loosen as well as tighten.
 */
@Dependencies(GIVEN, ApplicationConfig, DiscoveryService, HttpAdapterHost)
export class ApiSecurityGuard implements CanActivate {
  readonly engine: ApiSecurity;
  readonly #responses = new WeakMap<PlatformRequest, PlatformResponse>();
  #settings = new Map<unknown, RouteSettings | null>();

  constructor(
    private readonly given: ApiSecurityOptions | ApiSecurity | undefined,
    config: ApplicationConfig,
    private readonly discovery: DiscoveryService,
    host: HttpAdapterHost,
  ) {
    this.engine = engineOf(given);
    // Here, and not by APP_GUARD and APP_FILTER: so it is the first of all guards, and the filter the last to be asked.
    config.addGlobalGuard(this);
    config.addGlobalFilter(new RejectionFilter());
    if (host.httpAdapter) this.#watch(host.httpAdapter);
    // Testing modules make their adapter later. Nest 10 does not tell when: there the watch begins at the guard.
    else host.init$?.subscribe(() => this.#watch(host.httpAdapter));
  }

  /** Before the app listens: checks what handlers are decorated with, and waits for the models. */
  async onModuleInit(): Promise<void> {
    this.#settings = decoratedSettings(this.engine, this.discovery);
    await this.engine.ready();
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.engine !== this.given) await this.engine.close();
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const isHttp = context.getType() === 'http';
    // A GraphQL resolver gets the request alone, in its context. Messages of WebSockets and microservices have none.
    const request: PlatformRequest = isHttp ? context.getArgByIndex(0) : context.getArgByIndex(2)?.req;
    const response = isHttp ? context.getArgByIndex(1) : this.#responses.get(request?.raw ?? request);
    const settings = this.#settings.get(context.getHandler()) ?? this.#settings.get(context.getClass()) ?? null;
    return response === undefined || this.#guard(request, response, { settings });
  }

  /** The app adds its own middleware and parsers once its modules exist: this comes before them. */
  #watch(adapter: AbstractHttpAdapter): void {
    const begin = (request: PlatformRequest, response: PlatformResponse, next: () => void): void => {
      this.#responses.set(request.raw ?? request, response);
      void this.#guard(request, response, { early: true });
      next();
    };
    const app = adapter.getInstance();
    // Fastify has no middleware yet, or none at all when its adapter was told to `skipMiddie`.
    if (app.use) adapter.use(begin);
    else app.addHook('onRequest', begin);
    // Guards have no part in requests that no handler is found for.
    const setNotFoundHandler = adapter.setNotFoundHandler.bind(adapter);
    adapter.setNotFoundHandler = (answer, ...more) => {
      const decide = (request: PlatformRequest, response: PlatformResponse, next?: () => void): Promise<unknown> =>
        this.#guard(request, response, {}).then(() => answer(request, response, next), next);
      return setNotFoundHandler(decide, ...more);
    };
  }

  /** False never comes: rejects with an {@link ApiSecurityRejection} when the request must not be handled. */
  async #guard(request: PlatformRequest, response: PlatformResponse, more: RequestContext): Promise<boolean> {
    request.apiSecurity ??= null;
    const expose = (apiSecurity: Assessment): void => void Object.assign(request, { apiSecurity });
    const context = { ...more, host: request, body: () => request.body, expose };
    const verdict = await this.engine.guard(request.raw ?? request, response.raw ?? response, context);
    if (verdict?.action === 'reject') throw new ApiSecurityRejection(verdict.rejection);
    // Nobody is left to answer: neither the handler nor a filter may run.
    return verdict?.action !== 'leave' || new Promise(() => {});
  }
}
