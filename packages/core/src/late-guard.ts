import type { ApiSecurity } from './api-security.js';
import { type FrameworkRequest, type FrameworkResponse, guardRequest } from './guard-request.js';
import type { Rejection } from './policy/rejection.js';
import type { RouteSettings } from './route-settings.js';

/** Guards the requests of a framework that knows a request's route late, and answers what is thrown. */
export interface LateGuard {
  /** Middleware that begins to watch, before anything reads the request. */
  begin(request: FrameworkRequest, response: FrameworkResponse, next: () => void): void;

  /**
   * Resolves when the request may be handled. Where nobody is left to answer it stays pending, since neither a handler nor an
   * error handler may run then.
   *
   * @param request - undefined where there is none, as for a message of a WebSocket: that is left alone
   * @param response - undefined: that of the request's beginning; one that has not begun is left alone
   * @param settings - what holds on its route; null for what the engine's options say
   * @throws the framework's error that carries the rejection, when the request is denied
   */
  admit(
    request: FrameworkRequest | undefined,
    response: FrameworkResponse | undefined,
    settings?: RouteSettings | null,
  ): Promise<true>;

  /** Puts the guard in front of a handler without a route, as of what is not found. Errors go to `next`, or are thrown. */
  before(handler: FrameworkHandler): (...handled: Handled) => Promise<unknown>;
}

/** A handler of a request; one without `next` throws. */
export type FrameworkHandler = (...handled: Handled) => unknown;
type Handled = [request: FrameworkRequest, response: FrameworkResponse, next?: (error: unknown) => unknown];

/** @param Rejected - the framework's error that carries a rejection */
export function lateGuard(engine: ApiSecurity, Rejected: new (rejection: Rejection) => Error): LateGuard {
  const admit: LateGuard['admit'] = async (request, response, settings = null) => {
    const verdict = await (request && guardRequest(engine, request, response, { settings }));
    if (verdict?.action === 'reject') throw new Rejected(verdict.rejection);
    return verdict?.action === 'leave' ? new Promise(() => {}) : true;
  };
  return {
    begin: (request, response, next) => {
      void guardRequest(engine, request, response, { early: true });
      next();
    },
    admit,
    before: (handler) => (request, response, next) =>
      admit(request, response).then(() => handler(request, response, next), next),
  };
}
