import type { PlaceKind } from './content-value.js';
import { isOddKey } from './odd-key.js';
import { childPlace, itemPlace } from './place.js';
import type { ValueCollector } from './value-collector.js';

/** What a walk over nested data tells, in document order, whether it walks a text or an object. */
export interface TreeEvents {
  /** Nothing more is wanted: the walk may end. */
  readonly full: boolean;
  open(bracket: '{' | '['): void;
  close(): void;
  key(name: string): void;
  /** `characters`: as `charactersOf` the text, where it was read character by character. */
  string(text: string, characters?: number): void;
  /** A number, `true`, `false` or `null`, as written. */
  literal(text: string): void;
}

/** What a token costs that is no value, in characters. */
const TOKEN_WORK = 8;

interface Level {
  readonly place: string;
  /** The nearest key. */
  readonly name: string;
  /** Index of the next element; -1 in an object. */
  next: number;
}

/** Turns the events of a walk into values with their places: strings, and keys that are odd. */
export class TreeReader implements TreeEvents {
  readonly #levels: Level[] = [];
  /** The last of them. */
  #level: Level | undefined;
  /** Containers that are open beyond the depth limit. */
  #tooDeep = 0;
  #keys = 0;
  #key = '';
  /** What the value that {@link #place} placed last is called. */
  #name = '';

  constructor(
    readonly into: ValueCollector,
    readonly kind: PlaceKind,
    readonly root: string,
    readonly rootName = '',
  ) {}

  get full(): boolean {
    return this.into.isOver(TOKEN_WORK);
  }

  open(bracket: '{' | '['): void {
    const place = this.#place(bracket);
    if (this.#levels.length >= this.into.limits.depth) {
      this.into.truncated.add('depth');
      this.#tooDeep++;
      return;
    }
    this.#level = { place, name: this.#name, next: bracket === '[' ? 0 : -1 };
    this.#levels.push(this.#level);
  }

  close(): void {
    if (this.#tooDeep > 0) {
      this.#tooDeep--;
      return;
    }
    this.#levels.pop();
    this.#level = this.#levels.at(-1);
  }

  key(name: string): void {
    this.#keys++;
    this.#key = name;
  }

  string(text: string, characters?: number): void {
    const place = this.#place(text === '' ? '""' : '"');
    this.into.add(this.kind, place, text, this.#name, false, characters);
  }

  literal(text: string): void {
    const level = this.#level;
    // Where it stands is only asked when its key is an odd one.
    if (level !== undefined && this.#tooDeep === 0) {
      if (level.next >= 0) {
        level.next++;
        return;
      }
      if (this.#keys <= this.into.limits.keys && !isOddKey(this.#key)) {
        this.#key = '';
        return;
      }
    }
    const digit = text.charCodeAt(0) <= 0x39;
    this.#place(digit ? '0' : text);
  }

  /** Where the next value stands, and in `#name` what it is called; `shape` goes beside its key when that is an odd one. */
  #place(shape: string): string {
    const level = this.#level;
    // Beyond the depth limit the last key that was read is the nearest one.
    if (this.#tooDeep === 0) this.#name = level?.name ?? this.rootName;
    if (level === undefined) return this.root;
    if (level.next >= 0 && this.#tooDeep === 0) return itemPlace(level.place, level.next++);
    const name = this.#key;
    this.#key = '';
    const place = this.#tooDeep > 0 || name === '' ? level.place : childPlace(level.place, name);
    if (name !== '') {
      this.#name = name;
      this.#addKey(place, name, shape);
    }
    return place;
  }

  #addKey(place: string, name: string, shape: string): void {
    if (this.#keys > this.into.limits.keys) this.into.truncated.add('keys');
    else this.into.addKey(place, name, shape);
  }
}
