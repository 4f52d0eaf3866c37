/** Work between two looks at the time, in characters or what takes as long: some 100 µs. */
const WORK_BETWEEN_LOOKS = 8_192;

/** Asks for the time now and then: seldom enough to cost nothing, often enough to stop soon after it is up. */
export class Pace {
  readonly #outOfTime: () => boolean;
  #work = 0;

  constructor(outOfTime: () => boolean) {
    this.#outOfTime = outOfTime;
  }

  /** Counts work, in characters; answers whether time is up, and false where it was not looked at. */
  isOver(work: number): boolean {
    this.#work += work;
    if (this.#work < WORK_BETWEEN_LOOKS) return false;
    this.#work = 0;
    return this.#outOfTime();
  }
}
