import type { Clock } from './clock.js';
import { Fifo } from './store/fifo.js';

/** Time that is taken from the host in one turn of its event loop, in ms; what was begun in it is ended. */
const SLICE_MS = 2;

/** What a backlog works with. */
export interface BacklogOptions {
  readonly clock: Clock;
  /** Tasks that may wait. */
  readonly limit: number;
  /** Calls once, in the next turn of the event loop. @defaultValue setImmediate */
  readonly nextTurn?: (run: () => void) => void;
}

/** A task that waits. */
export interface Waiting {
  /** Runs it now, if it has not run yet. */
  now(): void;
}

/** Work that nobody waits for: done between the host's own, a slice of time in each turn of the event loop, and only so much of it. */
export class Backlog {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #nextTurn: (run: () => void) => void;
  readonly #tasks = new Fifo<Task>();
  #due = false;

  constructor({ clock, limit, nextTurn = setImmediate }: BacklogOptions) {
    this.#clock = clock;
    this.#limit = limit;
    this.#nextTurn = nextTurn;
  }

  /**
   * Puts a task at the end.
   *
   * @param run - must not throw
   * @returns null when too many are waiting: then it never runs
   */
  add(run: () => void): Waiting | null {
    if (this.#tasks.length >= this.#limit) return null;
    const task = new Task(run);
    this.#tasks.push(task);
    this.#beDue();
    return task;
  }

  #beDue(): void {
    if (this.#due) return;
    this.#due = true;
    this.#nextTurn(this.#slice);
  }

  readonly #slice = (): void => {
    this.#due = false;
    const endMs = this.#clock.monotonicMs() + SLICE_MS;
    do {
      for (const task of this.#tasks.take(1)) task.now();
    } while (this.#tasks.length > 0 && this.#clock.monotonicMs() < endMs);
    if (this.#tasks.length > 0) this.#beDue();
  };
}

class Task implements Waiting {
  #run: (() => void) | null;

  constructor(run: () => void) {
    this.#run = run;
  }

  now(): void {
    const run = this.#run;
    this.#run = null;
    run?.();
  }
}
