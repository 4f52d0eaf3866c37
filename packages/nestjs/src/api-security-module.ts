import type { ApiSecurity } from '@api-security/core';
import { type DynamicModule, type FactoryProvider, Module, type ModuleMetadata, type Type } from '@nestjs/common';
import { ApiSecurityGuard, GIVEN, type Given } from './api-security-guard.js';

/** The engine, as a type and as the token that Nest injects it by: `constructor(private readonly security: ApiSecurityEngine)`. */
export interface ApiSecurityEngine extends ApiSecurity {}
export const ApiSecurityEngine: Type<ApiSecurityEngine> = class ApiSecurityEngine {} as Type<ApiSecurityEngine>;

type Asked = Pick<ModuleMetadata, 'imports'> & Pick<FactoryProvider<Given>, 'inject' | 'useFactory'>;

/**
 * Watches every request of a Nest app on Express or Fastify and, in `block` mode, rejects those that the policy denies before
 * guards, pipes and handlers run. Import it once, in the root module; it is global.
 *
 * @example
 * ```ts
 * @Module({ imports: [ApiSecurityModule.forRoot({ mode: 'block' })], controllers: [UsersController] })
 * export class AppModule {}
 * ```
 */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: what Nest calls a dynamic module
export class ApiSecurityModule {
  /** @param given - options, or an engine that already exists, which is closed by whoever made it */
  static forRoot(given?: Given): DynamicModule {
    return ApiSecurityModule.forRootAsync({ useFactory: () => given });
  }

  /** @param asked - `useFactory` makes the options, or the engine, of what is injected */
  static forRootAsync({ imports = [], ...asked }: Asked): DynamicModule {
    const engine = { inject: [ApiSecurityGuard], useFactory: ({ engine }: ApiSecurityGuard) => engine };
    const providers = [{ provide: GIVEN, ...asked }, ApiSecurityGuard, { provide: ApiSecurityEngine, ...engine }];
    return { module: ApiSecurityModule, global: true, imports, providers, exports: [ApiSecurityEngine] };
  }
}
