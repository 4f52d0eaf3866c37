import { charactersOf } from './characters.js';
import type { ContentValue, DecodedValue, DecodeStep, PlaceKind } from './content-value.js';
import { DistinctValues } from './distinct-values.js';
import type { ContentLimits } from './limits.js';
import { isOddKey } from './odd-key.js';
import { Pace } from './pace.js';
import { valueName } from './value-name.js';

/** A value as a reader found it, not decoded yet. */
export interface FoundValue extends ContentValue {
  /** Whether `+` stands for a space: query strings and forms. */
  readonly plus: boolean;
  /** As `charactersOf` the text. */
  readonly characters: number;
  /** Layers that were already taken off on the way to this value, outermost first. */
  readonly outer: readonly DecodeStep[];
  /** What decoding made of it; null as long as it was not decoded, and what it carries inside not looked for. */
  readonly decoded: DecodedValue | null;
}

/** What keeping a value costs beside its length, in characters: see {@link Pace}. */
const VALUE_WORK = 64;

/** Where the readers put what they find: bounded, in the order of arrival, equal texts of one kind and name once. */
export class ValueCollector {
  readonly values: FoundValue[] = [];
  /** What was cut; see `Marks.truncated`. */
  readonly truncated: Set<string>;
  /** What could not be read as what it claims to be; see `Marks.unparsed`. */
  readonly unparsed: Set<string>;
  /** Bytes of a body, or of files in it, that are no text and were passed over. */
  binaryBytes = 0;
  readonly #distinct = new DistinctValues();
  #outer: readonly DecodeStep[] = [];

  /** @param pace - asked with every value and by readers; when it is over, the rest is cut and marked `time` */
  constructor(
    readonly limits: ContentLimits,
    marks: { truncated: Set<string>; unparsed: Set<string> } = { truncated: new Set(), unparsed: new Set() },
    readonly pace: Pace = new Pace(() => false),
  ) {
    this.truncated = marks.truncated;
    this.unparsed = marks.unparsed;
  }

  /** Whether values were cut because there were too many or no time for more: a reader may stop. */
  get overflowed(): boolean {
    return this.truncated.size > 0 && (this.truncated.has('values') || this.truncated.has('time'));
  }

  /** Counts a reader's work that may bring no value, in characters. Answers whether time is up. */
  isLate(work: number): boolean {
    if (this.pace.isOver(work)) this.truncated.add('time');
    return this.truncated.size > 0 && this.truncated.has('time');
  }

  /** As {@link isLate}, also where there are too many values already. */
  isOver(work: number): boolean {
    if (this.pace.isOver(work)) this.truncated.add('time');
    return this.overflowed;
  }

  /** Whether anything was cut, not understood or passed over. */
  get marked(): boolean {
    return this.truncated.size > 0 || this.unparsed.size > 0 || this.binaryBytes > 0;
  }

  /**
   * Adds a value; an empty text is none. `called` is its name, if it has one; `plus`: `+` stands for a space in the text.
   *
   * @param characters - as `charactersOf` the text, where that is known already
   */
  add(kind: PlaceKind, place: string, text: string, called = '', plus = false, characters?: number): void {
    if (text === '') return;
    const kept = this.#cut(text);
    const of = kept === text && characters !== undefined ? characters : charactersOf(kept);
    this.#put({
      place,
      kind,
      name: valueName(called),
      text: kept,
      characters: of,
      plus,
      outer: this.#outer,
      decoded: null,
    });
  }

  /** Adds values that were decoded before, with what they carry inside. */
  putRead(values: readonly FoundValue[]): void {
    for (const value of values) if (this.#hasRoom()) this.values.push(value);
  }

  #put(found: FoundValue): void {
    if (!this.#distinct.add(found.text, found) || !this.#hasRoom()) return;
    if (!this.isLate(VALUE_WORK + found.text.length)) this.values.push(found);
  }

  #hasRoom(): boolean {
    if (this.values.length < this.limits.values) return true;
    this.truncated.add('values');
    return false;
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
