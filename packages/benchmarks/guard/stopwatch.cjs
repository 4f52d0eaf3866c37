const { performance } = require('node:perf_hooks');

/**
 * When the request under way passed which place, in µs. Only for one connection that waits for each answer: then one request
 * is under way, and its times need no place of their own.
 */
class Stopwatch {
  /** From entering the guard until the next middleware runs. */
  guard = [];
  /** From the server's `request` event until the handler runs. */
  untilHandler = [];
  /** From entering the guard until it ends the response itself. */
  rejection = [];
  #arrived = 0;
  #entered = 0;

  /** Whether it measures: a host whose throughput counts does without. */
  constructor(isRunning) {
    this.isRunning = isRunning;
  }

  /** Before everything that listens to the server, also what wraps its listeners. */
  watch(server) {
    if (!this.isRunning) return;
    const emit = server.emit;
    server.emit = (event, ...values) => {
      if (event === 'request') this.#arrived = performance.now();
      return emit.call(server, event, ...values);
    };
  }

  enter(response) {
    const { end } = response;
    // Its own property, as compression and session middleware do it.
    response.end = (...values) => {
      if (this.#entered !== 0) this.rejection.push((performance.now() - this.#entered) * 1_000);
      this.#entered = 0;
      return end.apply(response, values);
    };
    this.#entered = performance.now();
  }

  leave() {
    this.guard.push((performance.now() - this.#entered) * 1_000);
    this.#entered = 0;
  }

  handle() {
    if (!this.isRunning) return;
    this.untilHandler.push((performance.now() - this.#arrived) * 1_000);
  }

  reset() {
    this.guard = [];
    this.untilHandler = [];
    this.rejection = [];
  }
}

exports.Stopwatch = Stopwatch;
