import { LineMemory, MAX_LINE_CHARS } from '../observation/line-memory.js';
import { readHeader } from './headers.js';
import type { ContentLimits } from './limits.js';
import { type FoundValue, ValueCollector } from './value-collector.js';
import { valuesOf } from './values-of.js';

/** Characters of lines and of what was read of them that are remembered together: about 3 MB at the worst. */
const MAX_CHARS = 250_000;

/**
 * Header lines, read once and remembered with what their values carry inside: what one line gives depends on nothing else. What they
 * hold, credentials too, is kept in this process's memory alone.
 */
export class HeaderLines {
  readonly #limits: ContentLimits;
  readonly #lines = new LineMemory<readonly FoundValue[]>(MAX_CHARS);

  constructor(limits: ContentLimits) {
    this.#limits = limits;
  }

  /** As `readHeader`. */
  read(name: string, value: string, into: ValueCollector): void {
    if (name.length + value.length > MAX_LINE_CHARS) {
      readHeader(name, value, into);
      return;
    }
    const known = this.#lines.get(name, value);
    if (known !== undefined) {
      into.putRead(known);
      return;
    }
    const alone = new ValueCollector(this.#limits);
    readHeader(name, value, alone);
    const values = valuesOf(alone).map((decoded): FoundValue => ({ ...decoded, plus: false, outer: [], decoded }));
    // Marks belong to a request, and have to be set each time.
    if (alone.marked) {
      readHeader(name, value, into);
      return;
    }
    const extraChars = values.reduce((sum, { text }) => sum + text.length, 0);
    this.#lines.set(name, value, values, extraChars);
    into.putRead(values);
  }
}
