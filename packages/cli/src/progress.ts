import type { TextSink } from './output.js';

const EVERY_MS = 100;
const CLEAR_LINE = '\r\x1b[K';

/** A line that counts while something long runs: on a terminal only, and gone when it ends. */
export class Progress {
  readonly #sink: TextSink | null;
  readonly #startedMs: number = performance.now();
  #drawnMs: number = Number.NEGATIVE_INFINITY;

  constructor(sink: TextSink) {
    this.#sink = sink.isTTY ? sink : null;
  }

  /** @param total - null where it is not known beforehand */
  update(done: number, total: number | null): void {
    const nowMs = performance.now();
    if (this.#sink === null || nowMs - this.#drawnMs < EVERY_MS) return;
    this.#drawnMs = nowMs;
    const perSecond = Math.round((done * 1000) / Math.max(1, nowMs - this.#startedMs));
    const of = total === null ? '' : ` of ${total.toLocaleString('en')}`;
    this.#sink.write(`${CLEAR_LINE}${done.toLocaleString('en')}${of} scored, ${perSecond.toLocaleString('en')}/s`);
  }

  end(): void {
    if (this.#drawnMs > 0) this.#sink?.write(CLEAR_LINE);
  }
}
