import type { ApiSecurity } from './api-security.js';

/** What an adapter takes over from the engine; the type keeps the list complete. */
const MEMBERS: Readonly<Record<keyof ApiSecurity, true>> = {
  mode: true,
  options: true,
  counters: true,
  store: true,
  sequences: true,
  coordination: true,
  bans: true,
  settings: true,
  thresholds: true,
  audit: true,
  models: true,
  ready: true,
  attach: true,
  guard: true,
  routeSettings: true,
  login: true,
  analyze: true,
  analyzeBatch: true,
  on: true,
  off: true,
  once: true,
  close: true,
};

/**
 * Makes a handler usable wherever an engine is: `security.on(…)`, `security.attach(server)`, `security.mode = 'block'`.
 * What returns the engine for chaining returns the handler, so that `app.use(apiSecurity().on('alert', page))` reads as it should.
 */
export function exposeEngine<Handler extends object>(
  handler: Handler,
  engine: ApiSecurity,
): Handler & ApiSecurity & { readonly security: ApiSecurity } {
  for (const name of Object.keys(MEMBERS) as (keyof ApiSecurity)[]) {
    Object.defineProperty(handler, name, { ...forward(handler, engine, name), enumerable: true });
  }
  return Object.assign(handler as Handler & ApiSecurity, { security: engine });
}

function forward(handler: object, engine: ApiSecurity, name: keyof ApiSecurity): PropertyDescriptor {
  const member: unknown = engine[name];
  if (typeof member !== 'function') {
    return { get: () => engine[name], set: (value: unknown) => Reflect.set(engine, name, value) };
  }
  return {
    value: (...given: unknown[]) => {
      const result: unknown = member.apply(engine, given);
      return result === engine ? handler : result;
    },
  };
}
