import type { Inspection, Row, Subject } from './inspection.js';
import type { Recorder } from './recorder.js';

/** Lets only so many inspections run at once. */
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
  async inspect(subject: Subject): Promise<Inspection | null> {
    if (this.#pending >= this.#limit) {
      this.#recorder.degraded('queue', `more than ${this.#limit} inspections under way`);
      return null;
    }
    this.#pending += 1;
    try {
      return await this.#row.inspect(subject);
    } finally {
      this.#pending -= 1;
    }
  }
}
