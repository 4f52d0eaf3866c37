import { EventEmitter } from 'eventemitter3';
import { type Clock, systemClock } from './clock.js';
import { ApiSecurityError } from './errors.js';
import type { ApiSecurityEvents } from './events.js';
import type { Logger } from './logger.js';
import { Notices } from './rate-limited-notice.js';

/** Name of an event. */
type EventName = keyof ApiSecurityEvents;

/** What an event brings. */
type EventPayload<E extends EventName> = Parameters<ApiSecurityEvents[E]>[0];

/** The library's events. No listener can break another one or the caller: what it throws or rejects with is caught, logged and counted. */
export interface Emitter {
  on<E extends EventName>(event: E, listener: ApiSecurityEvents[E]): this;
  once<E extends EventName>(event: E, listener: ApiSecurityEvents[E]): this;
  off<E extends EventName>(event: E, listener: ApiSecurityEvents[E]): this;
  /** Calls the listeners in the order they were added; never throws. An `error` that nobody listens to is logged. */
  emit<E extends EventName>(event: E, payload: EventPayload<E>): void;
  listenerCount(event: EventName): number;
  /** Times that a listener threw or rejected. */
  readonly listenerFailures: number;
}

type Listener = (payload: never) => unknown;
type Guard = (payload: unknown) => void;

/** @param logger - told of failing listeners, at most once a minute per event, and of errors without a listener, per code */
export function createEmitter(logger: Logger, clock: Clock = systemClock): Emitter {
  return new GuardedEmitter(logger, clock);
}

class GuardedEmitter implements Emitter {
  readonly #events = new EventEmitter<Record<EventName, Guard>>();
  /** What stands in for each listener inside the emitter, so that `off` finds it. */
  readonly #guards = new Map<EventName, WeakMap<Listener, Guard>>();
  readonly #logger: Logger;
  readonly #notices: Notices;
  #listenerFailures = 0;

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#notices = new Notices(clock);
  }

  get listenerFailures(): number {
    return this.#listenerFailures;
  }

  on<E extends EventName>(event: E, listener: ApiSecurityEvents[E]): this {
    this.#events.on(event, this.#guard(event, listener));
    return this;
  }

  once<E extends EventName>(event: E, listener: ApiSecurityEvents[E]): this {
    this.#events.once(event, this.#guard(event, listener));
    return this;
  }

  off<E extends EventName>(event: E, listener: ApiSecurityEvents[E]): this {
    this.#events.off(event, this.#guard(event, listener));
    return this;
  }

  emit<E extends EventName>(event: E, payload: EventPayload<E>): void {
    const heard = this.#events.emit(event, payload);
    if (!heard && event === 'error') {
      this.#log(
        payload instanceof ApiSecurityError ? payload.code : 'error',
        {},
        payload,
        'an error that nobody listens to',
      );
    }
  }

  listenerCount(event: EventName): number {
    return this.#events.listenerCount(event);
  }

  #guard(event: EventName, listener: Listener): Guard {
    let guards = this.#guards.get(event);
    if (guards === undefined) {
      guards = new WeakMap();
      this.#guards.set(event, guards);
    }
    let guard = guards.get(listener);
    if (guard === undefined) {
      guard = (payload) => this.#call(event, listener, payload);
      guards.set(listener, guard);
    }
    return guard;
  }

  #call(event: EventName, listener: Listener, payload: unknown): void {
    try {
      const result = listener(payload as never);
      if (isThenable(result)) Promise.resolve(result).catch((error: unknown) => this.#failed(event, error));
    } catch (error) {
      this.#failed(event, error);
    }
  }

  #failed(event: EventName, error: unknown): void {
    this.#listenerFailures += 1;
    this.#log(`listener ${event}`, { event }, error, 'a listener failed');
  }

  #log(kind: string, fields: object, error: unknown, message: string): void {
    const suppressed = this.#notices.due(kind);
    if (suppressed === null) return;
    try {
      const reason = error instanceof Error ? error.message : String(error);
      this.#logger.error({ ...fields, reason, suppressed }, message);
    } catch {
      // The host's logger, or the error's own text, is broken: there is nowhere left to say so.
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}
