import { type ContentValue, contentKey, type DecodedValue, type DecodeStep, type PlaceKind } from './content-value.js';
import type { ContentLimits } from './limits.js';
import { isOddKey } from './odd-key.js';
import { valueName } from './value-name.js';

/** A value as a reader found it, not decoded yet. */
export interface FoundValue extends ContentValue {
  /** Whether `+` stands for a space: query strings and forms. */
  readonly plus: boolean;
  /** Layers that were already taken off on the way to this value, outermost first. */
  readonly outer: readonly DecodeStep[];
  /** As {@link contentKey} of the text. */
  readonly key: string;
  /** What became of a value that is remembered; undefined for all others. */
  readonly reading?: Reading;
}

/** What further reading made of a value, where that set no mark: it is the same the next time. */
interface Reading {
  decoded?: DecodedValue;
  /** What it carries inside. */
  nested?: readonly FoundValue[];
  /** Whether looking inside set a mark, and so has to be done each time. */
  marks?: true;
}

/** Values between two looks at the time. */
const VALUES_BETWEEN_LOOKS = 64;

/** Where the readers put what they find: bounded, in the order of arrival, equal texts of one kind and name once. */
export class ValueCollector {
  readonly values: FoundValue[] = [];
  /** What was cut; see `Marks.truncated`. */
  readonly truncated: Set<string>;
  /** What could not be read as what it claims to be; see `Marks.unparsed`. */
  readonly unparsed: Set<string>;
  /** Bytes of a body, or of files in it, that are no text and were passed over. */
  binaryBytes = 0;
  readonly #outOfTime: () => boolean;
  readonly #seen = new Set<string>();
  #outer: readonly DecodeStep[] = [];

  /** @param outOfTime - asked every so many values; when it is so, the rest is cut and marked `time` */
  constructor(
    readonly limits: ContentLimits,
    marks: { truncated: Set<string>; unparsed: Set<string> } = { truncated: new Set(), unparsed: new Set() },
    outOfTime: () => boolean = () => false,
  ) {
    this.truncated = marks.truncated;
    this.unparsed = marks.unparsed;
    this.#outOfTime = outOfTime;
  }

  /** Whether values were cut because there were too many or no time for more: a reader may stop. */
  get overflowed(): boolean {
    return this.truncated.size > 0 && (this.truncated.has('values') || this.truncated.has('time'));
  }

  /** Whether anything was cut, not understood or passed over. */
  get marked(): boolean {
    return this.truncated.size > 0 || this.unparsed.size > 0 || this.binaryBytes > 0;
  }

  /** Adds a value; an empty text is none. `called` is its name, if it has one; `plus`: `+` stands for a space in the text. */
  add(kind: PlaceKind, place: string, text: string, called = '', plus = false): void {
    if (text === '') return;
    const kept = this.#cut(text);
    const name = valueName(called);
    const key = contentKey(kind, name, kept);
    if (this.#isNew(key)) this.values.push({ place, kind, name, text: kept, plus, outer: this.#outer, key });
  }

  /** Adds a value as it was found before. */
  put(found: FoundValue): void {
    if (this.#isNew(found.key)) this.values.push(found);
  }

  #isNew(key: string): boolean {
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    if (this.values.length >= this.limits.values) {
      this.truncated.add('values');
      return false;
    }
    if (this.#seen.size % VALUES_BETWEEN_LOOKS === 0 && this.#outOfTime()) this.truncated.add('time');
    return !this.truncated.has('time');
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
