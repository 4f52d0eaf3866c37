import { Problem } from './problem.js';
import type { Route } from './route.js';

/** A route that was found, and the parts of the path that it names. */
export interface Found {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Finds the route of a method and a path. */
export class Router {
  readonly #routes: readonly { readonly route: Route; readonly parts: readonly string[] }[];

  /** @param routes - of two that match, the first is taken */
  constructor(routes: readonly Route[]) {
    this.#routes = routes.map((route) => ({ route, parts: route.path.split('/') }));
  }

  /** @throws `Problem` 404 or 405 */
  find(method: string, path: string): Found {
    const given = path.split('/').map(decoded);
    let isKnown = false;
    for (const { route, parts } of this.#routes) {
      const parameters = parametersOf(parts, given);
      if (parameters === null) continue;
      isKnown = true;
      if (route.method === method) return { route, parameters };
    }
    if (isKnown) throw new Problem(405, 'API_SECURITY_METHOD_NOT_ALLOWED', 'That method does nothing here.');
    throw new Problem(404, 'API_SECURITY_NOT_FOUND', 'There is nothing here.');
  }
}

function parametersOf(parts: readonly string[], given: readonly string[]): Record<string, string> | null {
  if (parts.length !== given.length) return null;
  const parameters: Record<string, string> = {};
  for (const [i, part] of parts.entries()) {
    const value = given[i] as string;
    if (part.startsWith('{')) parameters[part.slice(1, -1)] = value;
    else if (part !== value) return null;
  }
  return parameters;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
