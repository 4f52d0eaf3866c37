import type { Server } from 'node:http';
import type { ApiSecurity } from '../../api-security.js';
import { writeRejection } from '../../policy/write-rejection.js';
import type { RouteOptions } from '../../route-settings.js';

type Listener = Parameters<Server['on']>[1];

/** Puts the engine in front of a whole app as well, as a first middleware in front of the one that guards a router. */
export function guardOutside(server: Server, security: ApiSecurity, route?: RouteOptions): void {
  const settings = security.routeSettings(route);
  const inner = server.listeners('request') as Listener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const goOn = (): void => {
      for (const listener of inner) Reflect.apply(listener, server, [request, response]);
    };
    const held = security.guard(request, response, { settings });
    if (held === null) return goOn();
    void held.then((verdict) => {
      if (verdict.action === 'continue') goOn();
      else if (verdict.action === 'reject') writeRejection(response, verdict.rejection);
    });
  });
}
