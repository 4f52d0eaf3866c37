import type { Inspection, Row, Subject } from './inspection.js';
import type { MaybePromise } from './maybe-promise.js';
import type { Recorder } from './recorder.js';

/** Lets only so many inspections wait at once, for models or stores that take their time. */
export class Turns {
  readonly #row: Row;
  readonly #recorder: Recorder;
  readonly #limit: number;
  #pending = 0;

  /** @param limit - inspections under way at once */
  constructor(row: Row, recorder: Recorder, limit: number) {
    this.#row = row;
    this.#recorder = recorder;
    this.#limit = limit;
  }

  /**
   * Inspects unless too many inspections are under way: then null, which is told. Requests whose bodies have not arrived do not
   * count: slow clients must not be able to take everybody's turn.
   */
  inspect(subject: Subject): MaybePromise<Inspection | null> {
    if (this.#pending >= this.#limit) {
      this.#recorder.degraded('queue', `more than ${this.#limit} inspections under way`);
      return null;
    }
    const inspection = this.#row.inspect(subject);
    if (!(inspection instanceof Promise)) return inspection;
    this.#pending += 1;
    return inspection.finally(() => {
      this.#pending -= 1;
    });
  }
}
