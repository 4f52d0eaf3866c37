import type { ApiSecurity as Engine, RouteOptions, RouteSettings } from '@api-security/core';
import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, type ModulesContainer, Reflector } from '@nestjs/core';

const ROUTE_OPTIONS = 'api-security:route-options';

/**
 * What differs for the requests of a handler, or of those handlers of a controller that have no options of their own. Checked
 * when the app starts.
 */
export const ApiSecurity = (options: RouteOptions): CustomDecorator => SetMetadata(ROUTE_OPTIONS, options);

/** Leaves the requests of a handler or controller alone: they are counted as `skipped`. */
export const SkipApiSecurity = (): CustomDecorator => ApiSecurity({ mode: 'off' });

/**
 * Settings of handlers and classes; null for those that are not decorated.
 *
 * @throws as `ApiSecurity.routeSettings`
 */
export function decoratedSettings(engine: Engine, modules: ModulesContainer): Map<unknown, RouteSettings | null> {
  const discovery = new DiscoveryService(modules);
  const settings = new Map<unknown, RouteSettings | null>();
  for (const { instance } of [...discovery.getControllers(), ...discovery.getProviders()]) {
    const prototype = Object.getPrototypeOf(Object(instance)) ?? {};
    for (const name of ['constructor', ...new MetadataScanner().getAllMethodNames(prototype)]) {
      settings.set(prototype[name], engine.routeSettings(new Reflector().get(ROUTE_OPTIONS, prototype[name])));
    }
  }
  return settings;
}
