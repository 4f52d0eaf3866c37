import type { IncomingMessage } from 'node:http';
import type { Visit } from './visit.js';

/**
 * The visit of each request under way.
 *
 * It stands on the request itself. In a `WeakMap` it would keep the request alive through every collection of young objects (V8 takes
 * the values for roots there), and with it the response: all of them would be copied twice and then wait for a full collection.
 */
export class Visits {
  /** Each engine has its own. */
  readonly #key = Symbol('api-security visit');

  /** Null when it is over; undefined when there was none. */
  get(request: IncomingMessage): Visit | null | undefined {
    return (request as Visited)[this.#key];
  }

  set(request: IncomingMessage, visit: Visit): void {
    (request as Visited)[this.#key] = visit;
  }

  /** Lets go of what is known of a request: frameworks may keep the request itself for some time. */
  end(request: IncomingMessage): void {
    (request as Visited)[this.#key] = null;
  }
}

type Visited = IncomingMessage & { [key: symbol]: Visit | null | undefined };
