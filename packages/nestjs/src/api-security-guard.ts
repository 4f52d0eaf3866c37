import type { ApiSecurity, ApiSecurityOptions, RouteSettings } from '@api-security/core';
import { engineOf, type FrameworkHandler, type LateGuard, lateGuard } from '@api-security/core/adapter';
import { type CanActivate, Dependencies, type ExecutionContext } from '@nestjs/common';
import { type AbstractHttpAdapter, ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { ApiSecurityRejection, RejectionFilter } from './rejection.js';
import { decoratedSettings } from './route-options.js';

/** What the module was given: options or an engine, and the token of it. */
export type Given = ApiSecurityOptions | ApiSecurity | undefined;
export const GIVEN = 'api-security:given';

/**
 * Begins to watch every request before anything reads it, and decides on it once Nest knows its handler, or that it has none.
 * So bodies are seen as they came, and what a handler is decorated with can loosen as well as tighten.
 */
@Dependencies(GIVEN, ApplicationConfig, ModulesContainer, HttpAdapterHost)
export class ApiSecurityGuard implements CanActivate {
  readonly engine: ApiSecurity;
  readonly #guard: LateGuard;
  #settings = new Map<unknown, RouteSettings | null>();

  constructor(
    private readonly given: Given,
    config: ApplicationConfig,
    private readonly modules: ModulesContainer,
    host: HttpAdapterHost,
  ) {
    this.engine = engineOf(given);
    this.#guard = lateGuard(this.engine, ApiSecurityRejection);
    // Here, and not by APP_GUARD and APP_FILTER: so it is the first of all guards, and the filter the last to be asked.
    config.addGlobalGuard(this);
    config.addGlobalFilter(new RejectionFilter());
    if (host.httpAdapter) this.#watch(host.httpAdapter);
    // Testing modules make their adapter later. Nest 10 does not tell when: there the watch begins at the guard.
    else host.init$?.subscribe(() => this.#watch(host.httpAdapter));
  }

  /** Before the app listens: checks what handlers are decorated with, and waits for the models. */
  async onModuleInit(): Promise<void> {
    this.#settings = decoratedSettings(this.engine, this.modules);
    await this.engine.ready();
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.engine !== this.given) await this.engine.close();
  }

  /** False never comes: rejects with an {@link ApiSecurityRejection} when the request must not be handled. */
  canActivate(context: ExecutionContext): Promise<boolean> {
    // A GraphQL resolver gets the request alone, in its context. Messages of WebSockets and microservices have none.
    const [request, response] = context.getType() === 'http' ? context.getArgs() : [context.getArgByIndex(2)?.req];
    const settings = this.#settings.get(context.getHandler()) ?? this.#settings.get(context.getClass());
    return this.#guard.admit(request, response, settings);
  }

  /** The app adds its own middleware and parsers once its modules exist: this comes before them. */
  #watch(adapter: AbstractHttpAdapter): void {
    const app = adapter.getInstance();
    // Fastify has no middleware yet, or none at all when its adapter was told to `skipMiddie`.
    if (app.use) adapter.use(this.#guard.begin);
    else app.addHook('onRequest', this.#guard.begin);
    // Guards have no part in requests that no handler is found for.
    const set = adapter.setNotFoundHandler.bind(adapter);
    adapter.setNotFoundHandler = (answer: FrameworkHandler, ...more) => set(this.#guard.before(answer), ...more);
  }
}
