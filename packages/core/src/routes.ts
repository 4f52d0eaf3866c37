import type { ResolvedOptions } from './options.js';
import { resolveRouteOptions } from './resolve-route-options.js';
import type { RouteOptions, RouteSettings } from './route-settings.js';
import { routeShape } from './sequence/route-shape.js';

/** What holds for each route. */
export class Routes {
  readonly #options: ResolvedOptions;
  readonly #usual: RouteSettings;
  readonly #rules: ReadonlyMap<string, RouteSettings>;

  constructor(options: ResolvedOptions) {
    this.#options = options;
    this.#usual = resolveRouteOptions('route', {}, options);
    this.#rules = new Map(options.routes.map(({ route, ...rest }) => [route, this.settings(rest)]));
  }

  /** What holds where no route says otherwise. */
  get usual(): RouteSettings {
    return this.#usual;
  }

  /** @throws as `resolveRouteOptions` */
  settings(options: RouteOptions): RouteSettings {
    return resolveRouteOptions('route', options, this.#options);
  }

  /** What the engine's own list says of a request's route. */
  of(method: string, path: string): RouteSettings {
    if (this.#rules.size === 0) return this.#usual;
    const { shape } = routeShape(method, path);
    return this.#rules.get(`${method} ${shape}`) ?? this.#rules.get(shape) ?? this.#usual;
  }
}
