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
    this.#rules = new Map(options.routes.map(({ route, ...rest }) => [ruleName(route), this.settings(rest)]));
  }

  /** What holds where no route says otherwise. */
  get usual(): RouteSettings {
    return this.#usual;
  }

  /** @throws as `resolveRouteOptions` */
  settings(options: RouteOptions): RouteSettings {
    return resolveRouteOptions('route', options, this.#options);
  }

  /**
   * What the engine's own list says of a request's route, whatever case its path is in: most routers do not tell cases apart.
   * Routers differ about dot segments too. A path with some is held to a rule that blocks where they lead, and to no laxer one.
   */
  of(method: string, path: string): RouteSettings {
    if (this.#rules.size === 0) return this.#usual;
    const resolved = withoutDotSegments(path);
    const rule = this.#rule(method, resolved);
    return resolved === path || rule.mode === 'block' ? rule : this.#usual;
  }

  #rule(method: string, path: string): RouteSettings {
    const shape = routeShape(method, path).shape.toLowerCase();
    return this.#rules.get(`${method} ${shape}`) ?? this.#rules.get(shape) ?? this.#usual;
  }
}

/** The method as it is, the shape in lower case. */
function ruleName(route: string): string {
  const slash = route.indexOf('/');
  return route.slice(0, slash) + route.slice(slash).toLowerCase();
}

/** RFC 3986 §5.2.4, dots in percent encoding included. */
function withoutDotSegments(path: string): string {
  if (!/\/(?:\.|%2e)/i.test(path)) return path;
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    const plain = segment.replace(/%2e/gi, '.');
    if (plain === '..') kept.splice(Math.max(1, kept.length - 1));
    else if (plain !== '.') kept.push(segment);
  }
  return kept.join('/');
}
