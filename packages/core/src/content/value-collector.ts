import { type ContentValue, contentKey, type DecodeStep, type PlaceKind } from './content-value.js';
import type { ContentLimits } from './limits.js';
import { isOddKey } from './odd-key.js';
import { valueName } from './value-name.js';

/** A value as a reader found it, not decoded yet. */
export interface FoundValue extends ContentValue {
  /** Whether `+` stands for a space: query strings and forms. */
  readonly plus: boolean;
  /** Layers that were already taken off on the way to this value, outermost first. */
  readonly outer: readonly DecodeStep[];
}

/** Where the readers put what they find: bounded, in the order of arrival, equal texts of one kind and name once. */
export class ValueCollector {
  readonly values: FoundValue[] = [];
  /** What was cut; see `Marks.truncated`. */
  readonly truncated: Set<string>;
  /** What could not be read as what it claims to be; see `Marks.unparsed`. */
  readonly unparsed: Set<string>;
  /** Bytes of a body, or of files in it, that are no text and were passed over. */
  binaryBytes = 0;
  readonly #seen = new Set<string>();
  #outer: readonly DecodeStep[] = [];

  constructor(
    readonly limits: ContentLimits,
    marks: { truncated: Set<string>; unparsed: Set<string> } = { truncated: new Set(), unparsed: new Set() },
  ) {
    this.truncated = marks.truncated;
    this.unparsed = marks.unparsed;
  }

  /** Whether values were cut because there were too many: a reader may stop. */
  get overflowed(): boolean {
    return this.truncated.has('values');
  }

  /** Adds a value; an empty text is none. `called` is its name, if it has one; `plus`: `+` stands for a space in the text. */
  add(kind: PlaceKind, place: string, text: string, called = '', plus = false): void {
    if (text === '') return;
    const kept = this.#cut(text);
    const name = valueName(called);
    const key = contentKey(kind, name, kept);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (this.values.length >= this.limits.values) {
      this.truncated.add('values');
      return;
    }
    this.values.push({ place, kind, name, text: kept, plus, outer: this.#outer });
  }

  /** Adds a key when it is an odd one. `shape` is the beginning of what stands under it, e.g. `{`, `""`, `0`. */
  addKey(place: string, name: string, shape = ''): void {
    if (isOddKey(name)) this.add('key', place, shape === '' ? name : `${name}: ${shape}`);
  }

  /** Counts bytes that are no text. */
  addBinary(bytes: number): void {
    this.binaryBytes += bytes;
  }

  /** Runs a reader whose findings lie under layers that were already taken off. */
  within(outer: readonly DecodeStep[], read: () => void): void {
    const before = this.#outer;
    this.#outer = outer;
    read();
    this.#outer = before;
  }

  #cut(text: string): string {
    const { valueChars } = this.limits;
    if (text.length <= valueChars) return text;
    this.truncated.add('value-chars');
    const half = Math.floor(valueChars / 2);
    return `${text.slice(0, valueChars - half)}\n${text.slice(text.length - half)}`;
  }
}
