/** Longest line that is remembered, in characters: covers cookies and tokens of an ordinary size. */
export const MAX_LINE_CHARS = 1_024;

/** What was made of a line, and the characters that it counts for. */
interface Entry<Made> {
  readonly made: Made;
  readonly chars: number;
}

type Generation<Made> = Map<string, Map<string, Entry<Made>>>;

/**
 * What was made of header lines, by name and value: clients send most of theirs with every request.
 *
 * Bounded by two generations. A line that comes joins the young one; when that has its share of the characters it becomes the old
 * one, and the old one is dropped. To find a line costs two look-ups, and no write as to keep all of them in order would.
 */
export class LineMemory<Made> {
  readonly #share: number;
  #young: Generation<Made> = new Map();
  #old: Generation<Made> = new Map();
  #youngChars = 0;

  /** @param maxChars - of all lines together, with what they are said to count beside */
  constructor(maxChars: number) {
    this.#share = maxChars / 2;
  }

  get(name: string, value: string): Made | undefined {
    const young = this.#young.get(name)?.get(value);
    if (young !== undefined) return young.made;
    const old = this.#old.get(name)?.get(value);
    if (old !== undefined) this.#join(name, value, old);
    return old?.made;
  }

  /** Remembers a line that is not known yet, unless it is too long. `extraChars`: what it counts beside its own characters. */
  set(name: string, value: string, made: Made, extraChars = 0): void {
    const chars = name.length + value.length;
    if (chars <= MAX_LINE_CHARS) this.#join(name, value, { made, chars: chars + extraChars });
  }

  #join(name: string, value: string, entry: Entry<Made>): void {
    if (this.#youngChars + entry.chars > this.#share) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngChars = 0;
    }
    let lines = this.#young.get(name);
    if (lines === undefined) {
      lines = new Map();
      this.#young.set(name, lines);
    }
    lines.set(value, entry);
    this.#youngChars += entry.chars;
  }
}
