import type { PlaceKind } from './content-value.js';
import { childPlace } from './place.js';
import type { ValueCollector } from './value-collector.js';

/** Characters of the document's beginning that are also looked at as they are. */
const RAW_HEAD_CHARS = 256;
/** Characters of a DOCTYPE that are looked at in one piece. */
const DOCTYPE_CHARS = 4096;
/** What a tag or an attribute costs, in characters. */
const MARKUP_WORK = 32;
const SPACE = /\s+/y;
const NAME_CHARACTERS = /[^\s/>=<"']+/y;
const XML_NAME = /^[\p{L}_][\p{L}\p{N}_.:-]{0,63}$/u;
const PLAIN_DECLARATION = /^xml(?:\s+(?:version|encoding|standalone)\s*=\s*["'][A-Za-z0-9._-]{1,20}["'])*\s*$/;

const DECLARED_ENCODING = /^\s{0,64}<\?xml\s[^>]{0,200}?\bencoding\s{0,8}=\s{0,8}["']([A-Za-z0-9._:-]{1,40})["']/;

/** The encoding that a document's declaration names (XML 1.0 §4.3.3); `''` when it names none. */
export function declaredEncoding(text: string): string {
  return DECLARED_ENCODING.exec(text.slice(0, RAW_HEAD_CHARS * 2))?.[1] ?? '';
}

/**
 * Reads XML leniently: text, attributes, comments, CDATA, processing instructions and the DOCTYPE with its entity
 * declarations, under the path of element names and called as the element or attribute is; names only where they are no XML
 * names. The beginning of the document is also given as it is. Nothing is resolved. Linear, without recursion. Answers whether the tags match up.
 */
export function readXml(text: string, kind: PlaceKind, place: string, into: ValueCollector): boolean {
  into.add('raw', place, text.slice(0, RAW_HEAD_CHARS));
  return new XmlReader(text, kind, place, into).read();
}

class XmlReader {
  #at = 0;
  #wrong = false;
  #elements = 0;
  #keys = 0;
  /** Names of the open elements, and the place of each as far as the depth limit allows. */
  readonly #names: string[] = [];
  readonly #places: string[];

  constructor(
    readonly text: string,
    readonly kind: PlaceKind,
    place: string,
    readonly into: ValueCollector,
  ) {
    this.#places = [place];
  }

  read(): boolean {
    const { text } = this;
    while (this.#at < text.length && !this.into.isLate(MARKUP_WORK)) {
      const found = text.indexOf('<', this.#at);
      const open = found === -1 ? text.length : found;
      this.#text(text.slice(this.#at, open));
      this.#at = open;
      if (open < text.length) this.#markup();
    }
    if (this.#at < text.length) return true;
    return !this.#wrong && this.#elements > 0 && this.#names.length === 0;
  }

  #text(text: string): void {
    const trimmed = text.trim();
    if (trimmed === '') return;
    if (this.#names.length === 0) this.#wrong = true;
    this.#value(this.#place(), trimmed);
  }

  #markup(): void {
    const { text } = this;
    if (text.startsWith('<!--', this.#at)) this.#value(this.#place(), this.#until('-->', 4).trim());
    else if (text.startsWith('<![CDATA[', this.#at)) this.#value(this.#place(), this.#until(']]>', 9));
    else if (text.startsWith('<?', this.#at)) this.#instruction(this.#until('?>', 2));
    else if (text.startsWith('<!', this.#at)) this.#declaration();
    else if (text.startsWith('</', this.#at)) this.#closeTag(this.#until('>', 2).trim());
    else this.#openTag();
  }

  #instruction(content: string): void {
    if (!PLAIN_DECLARATION.test(content)) this.#value(`${this.#place()}.?`, `<?${content}?>`);
  }

  /** `<!DOCTYPE …>`, whole and declaration by declaration: entities are where external files and servers are named. */
  #declaration(): void {
    const { text } = this;
    const start = this.#at;
    const place = childPlace(this.#place(), 'doctype');
    let quote = '';
    let subset = false;
    let inner = -1;
    for (this.#at += 2; this.#at < text.length; this.#at++) {
      const character = text.charAt(this.#at);
      if (quote !== '') {
        if (character === quote) quote = '';
      } else if (character === '"' || character === "'") quote = character;
      else if (character === '[') subset = true;
      else if (character === ']') subset = false;
      else if (character === '<') inner = this.#at;
      else if (character === '>' && inner >= 0) {
        this.#value(place, text.slice(inner, this.#at + 1));
        inner = -1;
      } else if (character === '>' && !subset) break;
    }
    if (this.#at === text.length) this.#wrong = true;
    else this.#at++;
    this.#value(place, text.slice(start, Math.min(this.#at, start + DOCTYPE_CHARS)));
  }

  #openTag(): void {
    this.#at++;
    const name = this.#name();
    if (name === '') this.#wrong = true;
    this.#elements++;
    const place = childPlace(this.#place(), name);
    this.#nameSeen(place, name);
    const selfClosing = this.#attributes(place);
    if (selfClosing) return;
    this.#names.push(name);
    if (this.#places.length <= this.into.limits.depth) this.#places.push(place);
    else this.into.truncated.add('depth');
  }

  /** Reads up to the tag's end; answers whether the element is empty (`/>`). */
  #attributes(element: string): boolean {
    const { text } = this;
    for (;;) {
      this.#skip(SPACE);
      const character = text.charAt(this.#at);
      if (character === '') {
        this.#wrong = true;
        return true;
      }
      if (character === '>' || character === '/') {
        this.#at++;
        if (character === '>') return false;
        if (text.charAt(this.#at) === '>') {
          this.#at++;
          return true;
        }
        continue;
      }
      if (this.into.isLate(MARKUP_WORK)) return true;
      this.#attribute(element);
    }
  }

  #attribute(element: string): void {
    const name = this.#name();
    const place = `${element}@${name}`;
    this.#nameSeen(place, name);
    this.#skip(SPACE);
    if (this.text.charAt(this.#at) !== '=') {
      this.#wrong = true;
      if (name === '') this.#at++;
      return;
    }
    this.#at++;
    this.#skip(SPACE);
    const quote = this.text.charAt(this.#at);
    if (quote === '"' || quote === "'") this.#value(place, this.#until(quote, 1), name);
    else {
      this.#wrong = true;
      this.#value(place, this.#name(), name);
    }
  }

  #closeTag(name: string): void {
    if (this.#names.at(-1) !== name) this.#wrong = true;
    if (this.#names.pop() !== undefined && this.#names.length < this.#places.length - 1) this.#places.pop();
  }

  #nameSeen(place: string, name: string): void {
    if (++this.#keys > this.into.limits.keys) this.into.truncated.add('keys');
    else if (!XML_NAME.test(name)) this.into.add('key', place, name);
  }

  #value(place: string, text: string, name: string = this.#names.at(-1) ?? ''): void {
    this.into.add(this.kind, place, text, name);
  }

  #place(): string {
    return this.#places.at(-1) ?? '';
  }

  /** The text up to `end`, which is stepped over; without one, all that is left. */
  #until(end: string, skipped: number): string {
    const from = this.#at + skipped;
    const found = this.text.indexOf(end, from);
    if (found === -1) this.#wrong = true;
    this.#at = found === -1 ? this.text.length : found + end.length;
    return this.text.slice(from, found === -1 ? this.text.length : found);
  }

  #name(): string {
    const from = this.#at;
    this.#skip(NAME_CHARACTERS);
    return this.text.slice(from, this.#at);
  }

  /** Steps over all that the sticky pattern matches. */
  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    if (pattern.test(this.text)) this.#at = pattern.lastIndex;
  }
}
