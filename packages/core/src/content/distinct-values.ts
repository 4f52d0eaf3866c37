import { type ContentValue, contentKey } from './content-value.js';

/** Which values were there already: of those that the content tower cannot tell apart, the first counts. */
export class DistinctValues {
  /** By its text, the value that came with it first: most texts come once, so that no key need be built for them. */
  readonly #first = new Map<string, Pick<ContentValue, 'kind' | 'name'>>();
  /** The keys of the others that came with the same text. */
  readonly #others = new Set<string>();

  /** Adds a value of a text; answers whether there was none like it. */
  add(text: string, value: Pick<ContentValue, 'kind' | 'name'>): boolean {
    const first = this.#first.get(text);
    if (first === undefined) {
      this.#first.set(text, value);
      return true;
    }
    const { kind, name } = value;
    if (first.kind === kind && first.name === name) return false;
    const before = this.#others.size;
    this.#others.add(contentKey(kind, name, text));
    return this.#others.size > before;
  }
}
