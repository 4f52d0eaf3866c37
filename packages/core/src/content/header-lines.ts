import { LRUCache } from 'lru-cache';
import { readHeader } from './headers.js';
import type { ContentLimits } from './limits.js';
import { type FoundValue, ValueCollector } from './value-collector.js';

/** Longest line that is remembered, in characters: covers cookies and tokens of an ordinary size. */
const MAX_LINE_CHARS = 1_024;
/** Characters of lines that are remembered together. With what was read of them, about 3 MB at the worst. */
const MAX_CHARS = 250_000;

/**
 * Header lines that were read before: clients send most of theirs with every request, and what one line gives depends on nothing
 * else. What they hold, credentials too, is kept in this process's memory alone.
 */
export class HeaderLines {
  readonly #limits: ContentLimits;
  readonly #lines = new LRUCache<string, readonly FoundValue[]>({
    maxSize: MAX_CHARS,
    sizeCalculation: (values, line) => values.reduce((sum, { text }) => sum + text.length, line.length),
  });

  constructor(limits: ContentLimits) {
    this.#limits = limits;
  }

  /** As `readHeader`. */
  read(name: string, value: string, into: ValueCollector): void {
    if (name.length + value.length > MAX_LINE_CHARS) {
      readHeader(name, value, into);
      return;
    }
    const line = `${name}:${value}`;
    const known = this.#lines.get(line);
    if (known !== undefined) {
      for (const found of known) into.put(found);
      return;
    }
    const alone = new ValueCollector(this.#limits);
    readHeader(name, value, alone);
    if (alone.marked) {
      readHeader(name, value, into);
      return;
    }
    const values = alone.values.map((found) => ({ ...found, reading: {} }));
    this.#lines.set(line, values);
    for (const found of values) into.put(found);
  }
}
